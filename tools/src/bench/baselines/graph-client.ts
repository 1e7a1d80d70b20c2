import { Pool } from 'undici';
import { ACCOUNT, messagesPath } from '../account.js';

/** A message as the load generator sends it. */
export interface LoadMessage {
  to: { phoneNumber: string };
  text: string;
}

const CONNECTIONS = 128;
const HEADERS = { authorization: `Bearer ${ACCOUNT.accessToken}`, 'content-type': 'application/json' };

/** The HTTP-out half of both baselines: one Graph API call per message over kept connections. */
export function graphClient(sandboxUrl: string): (message: LoadMessage) => Promise<string> {
  const pool = new Pool(sandboxUrl, { connections: CONNECTIONS });
  const path = messagesPath();
  return async ({ to, text }) => {
    const payload = {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: to.phoneNumber,
      type: 'text',
      text: { body: text },
    };
    const answer = await pool.request({
      path,
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(payload),
    });
    const body = (await answer.body.json()) as { messages?: { id: string }[] };
    const id = body.messages?.[0]?.id;
    if (id === undefined)
      throw new Error(`the provider answered ${answer.statusCode} ${JSON.stringify(body)}`);
    return id;
  };
}
