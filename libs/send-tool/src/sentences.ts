import type { MessageStatus, Outcome } from '@skein/contracts';
import type { ToolOutcome } from './outcome.js';

/** What the tool says outside a turn, for every target and every action; agents compare it word by word. */
export const NO_GATEWAY =
  'No active gateway: send_message is only available inside a running bot/gateway (e.g. Telegram, Slack, Discord). It is unavailable for CLI/one-shot runs.';

/** The sentence that tells a model what became of its send. */
export function sentenceOf(target: string, outcome: ToolOutcome): string {
  switch (outcome.is) {
    case 'delivered':
      return `Delivered to ${target}`;
    case 'held':
      return `Held for ${target}: ${outcome.reason}`;
    case 'not_delivered':
      return `Not delivered to ${target}: ${outcome.reason}`;
    case 'no_turn':
      return NO_GATEWAY;
  }
}

/** Why something may have gone out; sent again, it might arrive twice. */
export const NOT_KNOWN = 'it is not known whether it went out; do not send it again';

/** Why something that was accepted has not gone out yet; it may still do so. */
const WAITING: Partial<Record<MessageStatus, string>> = {
  accepted: 'it is accepted and goes out soon',
  queued: 'it is queued and goes out soon',
  sending: 'it is being sent',
  held: 'it goes out when the person writes again',
  scheduled: 'it goes out at its time',
  unknown: NOT_KNOWN,
};

/** Why something will not go out, where no code says it better. */
const ENDED: Partial<Record<MessageStatus, string>> = {
  expired: 'it expired',
  canceled: 'it was canceled',
};

/** The outcome of a message in the words of the tool. @param detail what the message row says of it, in plain words */
export function toolOutcomeOf(
  { status, delivered, reason }: Pick<Outcome, 'status' | 'delivered' | 'reason'>,
  detail?: string | null,
): ToolOutcome {
  if (delivered) return { is: 'delivered' };
  const waiting = WAITING[status];
  if (waiting !== undefined)
    return { is: 'held', reason: reason === undefined ? waiting : `${waiting} (${reason})` };
  const why = detail ?? ENDED[status] ?? 'it was refused';
  return { is: 'not_delivered', reason: reason === undefined ? why : `${reason}: ${why}` };
}
