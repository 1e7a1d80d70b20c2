import type { OutboundCall, ProviderReceipt } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { encode } from './encode.js';

/**
 * Nothing leaves: the message stands in the ledger with what it shows, and whoever asked reads it from there, in the response or
 * later in the conversation. Safe to repeat.
 */
export function send({ part }: Pick<OutboundCall, 'part'>): Promise<ProviderReceipt | Failure> {
  const encoded = encode(part);
  return Promise.resolve(
    'failure' in encoded ? encoded.failure : { kind: 'receipt', providerId: null, note: 'ready to be read' },
  );
}
