import { request } from 'undici';
import type { World } from '../core/kind.js';
import { errorCode } from '../core/post-webhook.js';

/** What a handshake needs of an account, and leaves on it. */
export interface ShakingAccount {
  config: { webhookUrl: string | null; verifyToken: string };
  webhook: { verified: boolean; detail: string };
}

const HANDSHAKE_WITHIN_MS = 1_500;

/** As Meta writes JSON: slashes and everything beyond ASCII escaped, so that only the bytes as they came fit the signature. */
export function escapeJson(json: string): string {
  return json
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The GET handshake; records on the account whether the receiver gave the challenge back. */
export async function shakeHands(world: World, account: ShakingAccount): Promise<void> {
  const { webhookUrl, verifyToken } = account.config;
  if (webhookUrl === null) {
    account.webhook.detail = 'no webhook address';
    return;
  }
  const challenge = String(1_000_000_000 + Math.floor(Math.random() * 1_000_000_000));
  const url = new URL(webhookUrl);
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': challenge };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  try {
    const limits = { headersTimeout: HANDSHAKE_WITHIN_MS, bodyTimeout: HANDSHAKE_WITHIN_MS };
    const answer = await request(url, { dispatcher: world.http, ...limits });
    const text = await answer.body.text();
    account.webhook.verified = answer.statusCode === 200 && text === challenge;
    account.webhook.detail = account.webhook.verified
      ? 'challenge answered'
      : `refused with HTTP ${answer.statusCode}`;
  } catch (error) {
    account.webhook.detail = `not reached (${errorCode(error)})`;
  }
}
