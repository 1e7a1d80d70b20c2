import type { OutboundCall } from '@skein/channel-kit';
import type { Failure, MediaSource } from '@skein/contracts';

/** A text message before a carrier writes it: what is said, and the addresses of the files that go with it. */
export interface TextMessage {
  to: string;
  text: string;
  mediaUrls: string[];
}

export type Encoded = { message: TextMessage } | { failure: Failure };

const PHONE = /^\+[1-9]\d{6,14}$/;

/** What one call says. Text messages know text and files only; everything else has been rendered down to them before. */
export function encode(
  { address, part }: Pick<OutboundCall, 'address' | 'part'>,
  publicUrl: (source: MediaSource) => string,
): Encoded {
  if (!PHONE.test(address)) return refused('invalid_address', 'The address is no phone number.');
  switch (part.type) {
    case 'text':
      return { message: { to: address, text: part.text, mediaUrls: [] } };
    case 'media':
      return { message: { to: address, text: part.caption ?? '', mediaUrls: [publicUrl(part.source)] } };
    case 'buttons':
    case 'list':
    case 'link':
    case 'flow':
    case 'template':
    case 'cards':
    case 'components':
    case 'reaction':
    case 'edit':
    case 'email':
      return refused('provider_rejected', `A text message does not carry ${part.type}.`);
  }
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}
