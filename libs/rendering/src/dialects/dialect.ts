import type { DialectName } from '@skein/contracts';
import type { Run } from '../markup/run.js';
import { discord } from './discord.js';
import { html } from './html.js';
import { markdown } from './markdown.js';
import { plain } from './plain.js';
import { slack } from './slack.js';
import { teams } from './teams.js';
import { telegram } from './telegram.js';
import { whatsapp } from './whatsapp.js';

/** How text is written on one wire. */
export interface Dialect {
  /** `parts`: one provider call per part. `mail`: the whole message is one mail, with an HTML and a text body. */
  envelope: 'parts' | 'mail';
  write: (runs: readonly Run[]) => string;
  /** A code block keeps its columns. */
  columns: boolean;
  /** A link shows its label and opens its address. */
  links: boolean;
  /** What the platform counts of a written text, where that is not all of it. */
  counted?: (written: string) => string;
}

/** Every dialect that a capability table can name. */
export const DIALECTS: Record<DialectName, Dialect> = {
  plain,
  whatsapp,
  email: html,
  slack,
  telegram,
  discord,
  teams,
  markdown,
};
