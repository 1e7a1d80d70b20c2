import type { Capabilities } from '@skein/contracts';
import { html } from './html.js';
import { plain } from './plain.js';
import { whatsapp } from './whatsapp.js';

/** How text is written on one wire. */
export interface Dialect {
  /** `parts`: one provider call per part. `mail`: the whole message is one mail, with an HTML and a text body. */
  envelope: 'parts' | 'mail';
  /** Markdown-like text in the dialect's marks. */
  markup(text: string): string;
  /** A structured value (label, title, cell) as text that the dialect does not take for marks; as it is where nothing escapes. */
  literal(value: string): string;
  /** Preformatted text; absent where the dialect cannot show columns. */
  monospace?(text: string): string;
}

/** The dialects in use. A kind whose dialect is missing here cannot be served. */
export const DIALECTS: Partial<Record<Capabilities['dialect'], Dialect>> = { plain, whatsapp, email: html };
