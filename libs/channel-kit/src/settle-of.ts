import type { Failure } from '@skein/contracts';
import { MAX_ATTEMPTS, type ClaimedCall, type Settlement } from '@skein/persistence';
import type { ProviderReceipt } from './definition.js';

/** What the verdict on an answer depends on. */
export type AnsweredCall = Pick<ClaimedCall, 'attempt' | 'needsWindow'>;

/** Ms before the second attempt; doubles with each further one: 1 s, 2 s … 64 s, at most {@link MAX_BACKOFF_MS}. */
const BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 120_000;
/** Ms to stand still when a platform throttles and does not say for how long. */
const THROTTLE_MS = { channel: 1000, lane: 6000 } as const;
/** Longest wait a platform may impose in one answer; after it the call asks again. */
const MAX_PAUSE_MS = 900_000;
/** Ms until an unusable account is tried again, should nobody mend it before. */
export const MISCONFIGURED_MS = 300_000;
const MAX_NOTE = 500;

function sent({ providerId, note, route, providerAddress }: ProviderReceipt): Settlement {
  return {
    ...settled('sent', null),
    providerId,
    note: noteOf('sent', note),
    ...(route === undefined ? {} : { route }),
    ...(providerAddress === undefined ? {} : { providerAddress }),
  };
}

/**
 * What becomes of a call, from the answer of its provider: the one place where that is decided.
 *
 * | answer | call | what stands still |
 * |---|---|---|
 * | receipt | sent | |
 * | rejected | failed; opted_out → blocked; window_closed → returned to policy | |
 * | throttled | retry, not counted | the channel or the lane, for as long as was said |
 * | unavailable | retry with growing pauses, failed after 8 attempts | |
 * | indeterminate | stays until its lease ends, then unknown | |
 * | misconfigured | retry, not counted | the channel, with an alert |
 *
 * @param random 0 ≤ r < 1; spreads retries over half to the whole of their pause.
 */
export function settleOf(
  call: AnsweredCall,
  answer: ProviderReceipt | Failure,
  random: () => number = Math.random,
): Settlement {
  switch (answer.kind) {
    case 'receipt':
      return sent(answer);
    case 'rejected':
      return rejected(call, answer);
    case 'throttled':
      return throttled(answer, random);
    case 'unavailable':
      return unavailable(call, answer, random);
    case 'indeterminate':
      return settled('sending', answer);
    case 'misconfigured':
      return {
        ...settled('retry', answer),
        counted: false,
        afterMs: MISCONFIGURED_MS,
        pause: {
          scope: 'channel',
          ms: MISCONFIGURED_MS,
          reason: answer.detail.slice(0, MAX_NOTE),
          alert: true,
        },
      };
  }
}

function rejected(call: AnsweredCall, answer: Extract<Failure, { kind: 'rejected' }>): Settlement {
  if (answer.reason === 'opted_out') {
    const evidence = `provider: ${answer.providerCode ?? answer.detail}`.slice(0, MAX_NOTE);
    return { ...settled('blocked', answer), optOutEvidence: evidence };
  }
  // A call that needs no window cannot be helped by sending it back.
  if (answer.reason === 'window_closed' && call.needsWindow) return settled('returned', answer);
  return settled('failed', answer);
}

function throttled(answer: Extract<Failure, { kind: 'throttled' }>, random: () => number): Settlement {
  const ms = between(answer.retryAfterMs ?? THROTTLE_MS[answer.scope], 1, MAX_PAUSE_MS);
  return {
    ...settled('retry', answer),
    counted: false,
    afterMs: Math.round(ms + random() * Math.min(ms, 1000) * 0.5),
    pause: { scope: answer.scope, ms, reason: 'throttled', alert: false },
  };
}

function unavailable(
  call: AnsweredCall,
  answer: Extract<Failure, { kind: 'unavailable' }>,
  random: () => number,
): Settlement {
  if (call.attempt >= MAX_ATTEMPTS) return settled('failed', answer);
  const pause = Math.min(BACKOFF_MS * 2 ** (call.attempt - 1), MAX_BACKOFF_MS);
  const jittered = pause * (0.5 + random() / 2);
  const asked = between(answer.retryAfterMs ?? 0, 0, MAX_PAUSE_MS);
  return { ...settled('retry', answer), afterMs: Math.round(Math.max(jittered, asked)) };
}

function settled(state: Settlement['state'], failure: Failure | null): Settlement {
  const code = failure !== null && 'providerCode' in failure ? failure.providerCode : undefined;
  const outcome = failure === null ? state : failure.kind;
  const note = noteOf(outcome, failure?.detail);
  return {
    state,
    providerId: null,
    failure,
    note: code === undefined ? note : { ...note, providerCode: code },
    afterMs: 0,
    counted: true,
  };
}

function noteOf(outcome: string, note: string | undefined): Settlement['note'] {
  return note === undefined ? { outcome } : { outcome, note: note.slice(0, MAX_NOTE) };
}

function between(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : most;
}
