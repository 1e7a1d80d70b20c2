import type { TwilioAccount } from './accounts.js';

type Wish = 'STOP' | 'START' | 'HELP';

/** The platform's own words (Advanced Opt-Out, default keywords, checked 2026-11). */
const WORDS: Readonly<Record<Wish, readonly string[]>> = {
  STOP: ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'],
  START: ['start', 'yes', 'unstop'],
  HELP: ['help', 'info'],
};

const REPLIES: Readonly<Record<Wish, string>> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe.',
  HELP: 'Reply STOP to unsubscribe. Msg & Data rates may apply.',
};

/** What the platform does with a keyword, when it looks after them: its answer, and what it says of it in the webhook. */
export function optOut(
  account: TwilioAccount,
  address: string,
  text: string,
): { reply: string; fields: Record<string, string> } | undefined {
  const { optOut: mode } = account.config;
  const word = text.trim().toLowerCase();
  const wish = (Object.keys(WORDS) as Wish[]).find((each) => WORDS[each].includes(word));
  if (mode === 'off' || wish === undefined) return undefined;
  if (wish === 'STOP') account.optedOut.add(address);
  if (wish === 'START') account.optedOut.delete(address);
  return { reply: REPLIES[wish], fields: mode === 'advanced' ? { OptOutType: wish } : {} };
}
