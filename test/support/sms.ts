import { eventually, type Stack } from '@skein/testing';
import { createHmac } from 'node:crypto';
import { request } from 'undici';

/** A provider call as the sandbox saw it. */
export interface SmsCall {
  seq: number;
  at: string;
  address: string | null;
  operation: string;
  request: Record<string, unknown>;
  answer: { status: number } | null;
}

let last = 1000;

/** A number that no other test of the file uses. */
export function newSmsNumber(ending?: string): string {
  last += 1;
  return ending === undefined ? `+1555010${last}` : `+1555${String(last).slice(-1)}${ending}`;
}

/** Every call to the carriers so far, those for one person when a number is given. */
export async function smsCalls(stack: Stack, address?: string): Promise<SmsCall[]> {
  const { body } = await stack.sandbox<SmsCall[]>('GET', '/journal?kind=sms&since=0');
  return address === undefined ? body : body.filter((call) => call.address === address);
}

export const smsFault = (stack: Stack, body: object) =>
  stack.sandbox('POST', '/faults', { body: { kind: 'sms', ...body } });

/** Posts a form to the webhook of the Twilio channel, signed as the platform signs it unless told otherwise. */
export async function twilioWebhook(
  stack: Stack,
  fields: Record<string, string>,
  more: { signature?: string; search?: string; contentType?: string; body?: string } = {},
): Promise<{ status: number; body: string; contentType: string }> {
  const { channels, secrets, apiUrl } = stack.dev;
  const url = `${apiUrl}/webhooks/sms/${channels['sms'] ?? ''}${more.search ?? ''}`;
  const written = Object.keys(fields)
    .sort()
    .map((name) => name + (fields[name] ?? ''))
    .join('');
  const signature =
    more.signature ??
    createHmac('sha1', secrets['sms']?.['authToken'] ?? '')
      .update(url + written)
      .digest('base64');
  const answer = await request(url, {
    method: 'POST',
    headers: {
      'content-type': more.contentType ?? 'application/x-www-form-urlencoded',
      ...(signature === '' ? {} : { 'x-twilio-signature': signature }),
    },
    body: more.body ?? new URLSearchParams(fields).toString(),
  });
  return {
    status: answer.statusCode,
    body: await answer.body.text(),
    contentType: String(answer.headers['content-type'] ?? ''),
  };
}

/** The form of a message from a person. */
export function inboundForm(stack: Stack, sid: string, from: string, body: string): Record<string, string> {
  const { from: to = '', accountSid = '' } = stack.dev.secrets['sms'] ?? {};
  return {
    MessageSid: sid,
    SmsSid: sid,
    SmsStatus: 'received',
    AccountSid: accountSid,
    From: from,
    To: to,
    Body: body,
    NumMedia: '0',
  };
}

/** Waits until an event of a webhook has been applied, and returns its type. */
export function applied(stack: Stack, eventId: string): Promise<string> {
  return eventually(async () => {
    const [row] = await stack.sql<{ type: string }>(
      `SELECT type FROM inbound_events WHERE event_id = $1 AND applied_at IS NOT NULL`,
      [eventId],
    );
    if (!row) throw new Error(`${eventId} is not applied`);
    return row.type;
  });
}

/** Tells the sandbox how the Twilio account looks after opt-outs. */
export async function twilioOptOut(stack: Stack, optOut: 'off' | 'default' | 'advanced'): Promise<void> {
  const { sms: channelId = '' } = stack.dev.channels;
  const { accountSid, authToken, from } = stack.dev.secrets['sms'] ?? {};
  const reached = {
    baseUrl: `${stack.dev.sandboxUrl ?? ''}/sms`,
    webhookUrl: `${stack.dev.apiUrl}/webhooks/sms/${channelId}`,
  };
  const body = { kind: 'sms', carrier: 'twilio', channelId, accountSid, authToken, from, ...reached, optOut };
  const answer = await stack.sandbox('POST', '/accounts', { body });
  if (answer.status !== 201) throw new Error(`the sandbox said ${answer.status}`);
}
