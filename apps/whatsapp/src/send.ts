import { listOf, objectOf, parsed, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type {
  ChannelAccount,
  OutboundCall,
  ProviderAnswer,
  ProviderReceipt,
  SendIo,
} from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { phoneAddress } from './address.js';
import type { WhatsAppConfig } from './config.js';
import { encode } from './encode.js';
import { failureOf, graphErrorOf } from './failures.js';

/** One `POST /{phone_number_id}/messages`. The platform takes no idempotency key: without an answer the outcome is not known. */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<WhatsAppConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, (source) => io.publicUrl(source));
  if ('failure' in encoded) return encoded.failure;
  const answer = await providerRequest({
    method: 'POST',
    url: `${config.baseUrl}/${config.phoneNumberId}/messages`,
    headers: { authorization: `Bearer ${config.accessToken}` },
    body: encoded.payload,
    signal: io.signal,
    http: io.http,
  });
  return 'kind' in answer ? answer : readAnswer(answer, call.address);
}

function readAnswer(answer: ProviderAnswer, address: string): ProviderReceipt | Failure {
  const { status, retryAfterMs } = answer;
  const body = parsed(answer.body);
  if (status >= 300) return failureOf(graphErrorOf(objectOf(body)?.['error']), status, retryAfterMs);
  if (objectOf(body) === undefined) {
    return { kind: 'indeterminate', detail: `The platform answered ${status} with an unreadable body.` };
  }
  return receiptOf(body, address);
}

function receiptOf(body: unknown, address: string): ProviderReceipt {
  const answer = objectOf(body);
  const message = objectOf(listOf(answer?.['messages'])[0]);
  const known = phoneAddress(objectOf(listOf(answer?.['contacts'])[0])?.['wa_id']);
  const note = textOf(message?.['message_status']);
  return {
    kind: 'receipt',
    providerId: textOf(message?.['id']) ?? null,
    ...(known === undefined || known === address ? {} : { providerAddress: known }),
    ...(note === undefined ? {} : { note }),
  };
}
