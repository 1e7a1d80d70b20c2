import { objectOf, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent, VerifyContext, WebhookDefinition } from '@skein/channel-kit';
import type { RawAnswer, RawRequest } from '@skein/contracts';
import type { DiscordConfig } from './config.js';
import { readInteraction } from './inbound-interaction.js';
import { firstAnswer } from './first-answer.js';
import { isEd25519 } from './signature.js';

export const webhook: WebhookDefinition<DiscordConfig> = { verify, parse, reply };

/** An interaction is answered within 3 s and its token ends after 15 minutes; what is older was kept by somebody. */
const MAX_AGE_S = 300;

/** `X-Signature-Ed25519` over the time stamp and the bytes as they came. Discord tries wrong ones on purpose, and leaves who takes them. */
function verify(
  { headers, body }: RawRequest,
  { publicKey }: DiscordConfig,
  { now }: VerifyContext,
): boolean {
  const timestamp = headers['x-signature-timestamp'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > MAX_AGE_S) return false;
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  return isEd25519(headers['x-signature-ed25519'] ?? '', signed, publicKey);
}

/** One interaction, or one webhook event: what happened to the application, which is kept for the record. */
function parse(body: unknown, { account }: { account: string }): AddressedEvent[] {
  const said = objectOf(body);
  const named = textOf(said?.['application_id']) ?? account;
  if (said === undefined) return [{ account, event: unsupported('a body that is no object', body) }];
  if (isWebhookEvent(said)) {
    if (said['type'] === 0) return [];
    const what = textOf(objectOf(said['event'])?.['type']) ?? 'without type';
    return [{ account: named, event: unsupported(`application event ${what}`, said['event']) }];
  }
  return readInteraction(said).map((event) => ({ account: named, event }));
}

/** Webhook events have no token, and a greeting of their own (webhook events, ping). */
function isWebhookEvent(said: Record<string, unknown>): boolean {
  return said['type'] === 0 || objectOf(said['event']) !== undefined;
}

function reply(body: unknown): RawAnswer {
  const said = objectOf(body) ?? {};
  if (isWebhookEvent(said)) return { status: 204 };
  const answer = firstAnswer(said['type']);
  return answer === undefined
    ? { status: 400, contentType: 'text/plain', body: 'unknown interaction' }
    : { status: 200, contentType: 'application/json', body: JSON.stringify(answer) };
}
