import { numberOf, objectOf, parsed, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { ProviderAnswer, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { TextMessage } from '../encode.js';
import { describeSegments, segmentsOf } from '../segments.js';
import { authorization } from './authorization.js';
import type { TwilioConfig } from './config.js';
import { failureOf, twilioErrorOf } from './failures.js';

/** One `POST …/Messages.json`. The platform takes no idempotency key: our reference travels in the address of the callback. */
export async function createMessage(
  message: TextMessage,
  callRef: string,
  config: TwilioConfig,
  { webhookUrl, signal, http }: Pick<SendIo, 'webhookUrl' | 'signal' | 'http'>,
): Promise<ProviderReceipt | Failure> {
  const answer = await providerRequest({
    method: 'POST',
    url: `${config.baseUrl}/2010-04-01/Accounts/${config.accountSid}/Messages.json`,
    headers: { authorization: authorization(config) },
    body: formOf(message, `${webhookUrl}?call=${encodeURIComponent(callRef)}`, config),
    signal,
    http,
  });
  return 'kind' in answer ? answer : readAnswer(answer, message.text);
}

/** The form of a message (Message resource, checked 2026-11). Files are repeated fields. */
export function formOf(
  { to, text, mediaUrls }: TextMessage,
  statusCallback: string,
  { from, messagingServiceSid }: Pick<TwilioConfig, 'from' | 'messagingServiceSid'>,
): URLSearchParams {
  const form = new URLSearchParams({ To: to });
  if (messagingServiceSid === undefined) form.set('From', from ?? '');
  else form.set('MessagingServiceSid', messagingServiceSid);
  if (text !== '') form.set('Body', text);
  for (const url of mediaUrls) form.append('MediaUrl', url);
  form.set('StatusCallback', statusCallback);
  return form;
}

function readAnswer({ status, retryAfterMs, body }: ProviderAnswer, text: string): ProviderReceipt | Failure {
  const answer = objectOf(parsed(body));
  if (status >= 300) return failureOf(twilioErrorOf(answer), status, retryAfterMs);
  if (answer === undefined)
    return { kind: 'indeterminate', detail: `The platform answered ${status} with an unreadable body.` };
  return { kind: 'receipt', providerId: textOf(answer['sid']) ?? null, note: noteOf(answer, text) };
}

/** A messaging service counts the segments only later, and says 0 until then. */
function noteOf(answer: Record<string, unknown>, text: string): string {
  const { encoding, segments } = segmentsOf(text);
  const counted = numberOf(answer['num_segments']);
  const hasFiles = numberOf(answer['num_media']) > 0;
  if (hasFiles) return 'MMS';
  return describeSegments(counted > 0 ? counted : segments.length, encoding);
}
