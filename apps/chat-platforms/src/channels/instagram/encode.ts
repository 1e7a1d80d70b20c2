import type { OutboundCall } from '@skein/channel-kit';
import { encodeContent } from '../../meta/encode-content.js';
import type { Encoded, Form, PublicUrl } from '../../meta/encode-content.js';

/** A heart is the one reaction that the platform documents by name; it may refuse another emoji. */
const HEARTS: ReadonlySet<string> = new Set(['❤', '❤️', '♥', '♥️']);

/** No field of a message is documented to come back, so that none carries our reference (Meta, messaging API, checked 2026-11-21). */
const FORM: Form = {
  platform: 'Instagram',
  envelope: {},
  marks: () => ({}),
  reaction: (emoji) => (HEARTS.has(emoji) ? 'love' : emoji),
};

/** The body of `POST /{ig_id}/messages` for one call. */
export function encode(call: OutboundCall, publicUrl: PublicUrl): Encoded {
  return encodeContent(call, publicUrl, FORM);
}
