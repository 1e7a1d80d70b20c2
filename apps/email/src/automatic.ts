import { splitAddress } from './address.js';
import { headerOf } from './mail.js';
import type { Mail } from './mail.js';

export interface Envelope {
  /** Return path; empty for reports. */
  from: string;
  /** The recipient as it was written, with its tag. */
  to: string;
}

type Sign = (mail: Mail, envelope: Envelope, own: string) => boolean;

/** Signs of a mail that no person wrote to us (RFC 3834 and practice). Answering one starts a loop. */
const SIGNS: readonly [what: string, Sign][] = [
  ['mail from the own address', (mail, _, own) => isOwn(mail.from, own)],
  ['auto-reply', (mail) => !['', 'no'].includes(word(headerOf(mail, 'auto-submitted')))],
  ['auto-reply', (mail) => headerOf(mail, 'x-auto-response-suppress') !== ''],
  ['auto-reply', (mail) => headerOf(mail, 'x-autoreply') !== '' || headerOf(mail, 'x-autorespond') !== ''],
  ['bulk mail', (mail) => ['bulk', 'junk', 'list'].includes(word(headerOf(mail, 'precedence')))],
  ['list mail', (mail) => headerOf(mail, 'list-id') !== ''],
  ['mail without return path', (_, envelope) => envelope.from === ''],
  ['mail of a mail system', (mail) => isMailSystem(mail.from)],
];

/** What an automatic mail is; undefined for a person's. */
export function automaticKind(mail: Mail, envelope: Envelope, own: string): string | undefined {
  return SIGNS.find(([, sign]) => sign(mail, envelope, own))?.[0];
}

/** True for the senders that bounces come from. */
export function isMailSystem(address: string): boolean {
  return /^(mailer-daemon|postmaster)@/.test(address);
}

/** `auto-replied; owner=…` is its first word. */
function word(header: string): string {
  return (header.split(/[;\s]/, 1)[0] ?? '').toLowerCase();
}

function isOwn(address: string, own: string): boolean {
  const [a, b] = [splitAddress(address), splitAddress(own)];
  return a !== undefined && b !== undefined && a.local === b.local && a.domain === b.domain;
}
