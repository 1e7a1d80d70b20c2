/** What a keyword asks for. `help` only asks for information and changes nothing. */
export type ConsentWish = 'stop' | 'start' | 'help';

type Words = Readonly<Record<ConsentWish, readonly string[]>>;

/**
 * Keywords of text messages: Twilio's defaults, the words AWS and Telnyx add, and those of 47 CFR 64.1200(a)(10)
 * (providers' opt-out pages, checked 2026-11). YES counts as a start only for someone who is opted out; that is for the caller to know.
 */
export const SMS_CONSENT_WORDS: Words = {
  stop: [
    'STOP',
    'STOPALL',
    'STOP ALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'OPT-OUT',
    'ARRET',
    'REMOVE',
    'TD',
  ],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
};

/** Keywords elsewhere: only those nobody writes as an ordinary answer. CANCEL, END or YES often answer a question. */
export const CHAT_CONSENT_WORDS: Words = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'OPTOUT', 'OPT OUT', 'REVOKE'],
  start: ['START', 'UNSTOP'],
  help: [],
};

/** Longer than every keyword with its punctuation. */
const LONGEST = 40;
const WISHES: readonly ConsentWish[] = ['stop', 'start', 'help'];

/**
 * The wish that a whole message expresses: trimmed, in any case, with trailing punctuation left out. "Stop texting me" is a
 * sentence and no keyword.
 */
export function consentWish(text: string, words: Words = CHAT_CONSENT_WORDS): ConsentWish | undefined {
  if (text.length > LONGEST) return undefined;
  const word = text
    .trim()
    .replace(/[\s.!,;:?…]+$/u, '')
    .replace(/\s+/g, ' ')
    .toUpperCase();
  return WISHES.find((wish) => words[wish].includes(word));
}
