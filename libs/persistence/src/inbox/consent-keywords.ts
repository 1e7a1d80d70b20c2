import type { ChannelKind } from '@skein/contracts';

/** Whole messages that end or restart consent on every channel, lower case. Ordinary words such as "cancel" are left to the agent. */
const STOP = ['stop', 'stopall', 'stop all', 'unsubscribe', 'optout', 'opt out', 'opt-out', 'baja'];
const START = ['start', 'unstop', 'alta'];

/** More of them on SMS, by carrier rules (Twilio "Advanced Opt-Out", checked 2026-11; 47 CFR 64.1200(a)(10)). */
const SMS_STOP = ['cancel', 'end', 'quit', 'revoke', 'arret', 'remove', 'td'];
const SMS_START = ['yes'];

/**
 * The wish that a whole message expresses by keyword, whatever its case and the punctuation around it. "Stop texting me" is none:
 * such wording is for the agent.
 */
export function consentKeyword(kind: ChannelKind, text: string): 'stop' | 'start' | undefined {
  if (text.length > 40) return undefined;
  const word = text
    .toLowerCase()
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
    .replace(/\s+/g, ' ');
  const isSms = kind === 'sms';
  if (STOP.includes(word) || (isSms && SMS_STOP.includes(word))) return 'stop';
  if (START.includes(word) || (isSms && SMS_START.includes(word))) return 'start';
  return undefined;
}
