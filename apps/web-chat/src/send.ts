import type { ChannelAccount, OutboundCall, ProviderReceipt } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { codeOf } from '@skein/persistence';
import type { WebChatConfig } from './config.js';
import { encode, providerIdOf } from './encode.js';
import type { Appended, NewEntry } from './entries.js';
import type { Hub } from './hub.js';

export interface SendParts {
  append: (entry: NewEntry) => Promise<Appended>;
  hub: Hub;
}

/**
 * Writes the call into the conversation, then rings whoever has it open. The receipt says that it is kept, not that anybody has seen
 * it: that is told by the widget. Safe to repeat: a call is one entry.
 */
export async function send(
  call: OutboundCall,
  { id: channelId, workspaceId }: Pick<ChannelAccount<WebChatConfig>, 'id' | 'workspaceId'>,
  { append, hub }: SendParts,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call.part);
  if ('failure' in encoded) return encoded.failure;
  const { address, callId } = call;
  try {
    const { body } = encoded;
    const entry = await append({ workspaceId, channelId, address, direction: 'out', callId, body });
    hub.tell(entry);
    return { kind: 'receipt', providerId: providerIdOf(entry.id) };
  } catch (error) {
    // Even when the commit was done after all, the next attempt finds the entry by its call.
    return {
      kind: 'unavailable',
      detail: 'The conversation could not be written.',
      ...(codeOf(error) && { providerCode: codeOf(error) }),
    };
  }
}
