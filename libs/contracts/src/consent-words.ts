import type { ChannelKind } from './kinds.js';

/** What a keyword asks for. `help` only asks for information and changes nothing. */
export interface ConsentWish {
  value: 'stop' | 'start' | 'help';
  /** An ordinary word too: it is a wish only of somebody who is opted out. */
  onlyIfOptedOut?: true;
}

/** Whole messages that nobody writes as an ordinary answer, on every channel. CANCEL, END or YES often answer a question. */
const EVERYWHERE: Readonly<Record<string, ConsentWish>> = wishes({
  stop: ['stop', 'stopall', 'stop all', 'unsubscribe', 'optout', 'opt out', 'opt-out', 'baja'],
  start: ['start', 'unstop', 'alta'],
});

/**
 * More of them in text messages: Twilio's defaults, the words AWS and Telnyx add, and those of 47 CFR 64.1200(a)(10)
 * (providers' opt-out pages, checked 2026-11).
 */
const IN_TEXT_MESSAGES: Readonly<Record<string, ConsentWish>> = {
  ...EVERYWHERE,
  ...wishes({ stop: ['cancel', 'end', 'quit', 'revoke', 'arret', 'remove', 'td'], help: ['help', 'info'] }),
  yes: { value: 'start', onlyIfOptedOut: true },
};

function wishes(
  words: Partial<Record<ConsentWish['value'], readonly string[]>>,
): Record<string, ConsentWish> {
  const rows = Object.entries(words) as [ConsentWish['value'], readonly string[]][];
  return Object.fromEntries(rows.flatMap(([value, list]) => list.map((word) => [word, { value }])));
}

/** Longer than every keyword with what may stand around it. */
const LONGEST = 40;

/**
 * The wish that a whole message expresses by keyword, whatever its case and the punctuation around it. "Stop texting me" is a sentence
 * and no keyword: such wording is for the agent.
 */
export function consentWish(kind: ChannelKind, text: string): ConsentWish | undefined {
  if (text.length > LONGEST) return undefined;
  const word = text
    .toLowerCase()
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
    .replace(/\s+/g, ' ');
  const words = kind === 'sms' ? IN_TEXT_MESSAGES : EVERYWHERE;
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
