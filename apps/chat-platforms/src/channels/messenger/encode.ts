import type { OutboundCall } from '@skein/channel-kit';
import { encodeContent } from '../../meta/encode-content.js';
import type { Encoded, Form, PublicUrl } from '../../meta/encode-content.js';

/** Everything goes out as an answer inside the window; `metadata` comes back in the echo (Meta, Send API, checked 2026-11-21). */
const FORM: Form = {
  platform: 'Messenger',
  envelope: { messaging_type: 'RESPONSE' },
  marks: ({ callRef }) => ({ metadata: callRef }),
  reaction: (emoji) => emoji,
};

/** The body of `POST /{page_id}/messages` for one call. */
export function encode(call: OutboundCall, publicUrl: PublicUrl): Encoded {
  return encodeContent(call, publicUrl, FORM);
}
