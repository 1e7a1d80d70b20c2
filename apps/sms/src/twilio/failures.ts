import { numberOf, textOf } from '@skein/contracts';
import type { Failure, JsonObject, RejectionReason } from '@skein/contracts';

/** What Twilio says is wrong, in an answer or in a status callback. */
export interface TwilioError {
  code?: number;
  detail: string;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' | 'lane'; retryAfterMs?: number }
  | { kind: 'unavailable' }
  | { kind: 'indeterminate' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const misconfigured: Row = { kind: 'misconfigured' };
const throttled: Row = { kind: 'throttled', scope: 'channel' };

/** A queue of ten hours is full, or a day's allowance is used up: not again at once. */
const QUEUE_MS = 600_000;

/** Error codes of messaging (Twilio error and warning dictionary, checked 2026-11). */
const CLASSES: readonly [Row, readonly number[]][] = [
  [rejected('opted_out'), [21610, 63014, 63033]],
  [throttled, [14107, 20429, 30022, 63018]],
  [{ kind: 'throttled', scope: 'channel', retryAfterMs: QUEUE_MS }, [21611, 30001, 30023]],
  // 20503: "try again a few times with exponential back-off".
  [unavailable, [20503, 30003, 30008, 30017, 30410, 30500, 63012]],
  // "If you get a 500 server error and retry, it is possible for a customer to receive multiple messages."
  [{ kind: 'indeterminate' }, [20500]],
  [rejected('invalid_address'), [21211, 21214, 21217, 21604, 21612, 21614, 30005, 30006, 63003, 63024]],
  [rejected('policy'), [21408, 30004, 30007, 63013]],
  [rejected('media_unreachable'), [11200, 12300, 21620, 63019]],
  [rejected('media_too_large'), [11751, 30019]],
  [rejected('payload_too_large'), [21617, 21623]],
  [rejected('provider_rejected'), [21602, 21656, 30011, 63021, 63027, 63028]],
  [
    misconfigured,
    [
      20003, 20005, 20008, 20404, 21603, 21606, 21659, 21660, 21701, 21703, 30002, 30024, 30032, 30034, 30035,
      63001,
    ],
  ],
];

const BY_CODE: ReadonlyMap<number, Row> = new Map(
  CLASSES.flatMap(([row, codes]) => codes.map((code) => [code, row] as const)),
);

/** For answers with a code that is not in the table. A 5xx other than 503 may have been carried out. */
function rowOfStatus(status: number): Row {
  if (status === 401 || status === 403) return misconfigured;
  if (status === 429) return throttled;
  if (status === 503) return unavailable;
  return status >= 500 ? { kind: 'indeterminate' } : rejected('provider_rejected');
}

/** Reads `{code, message}`. */
export function twilioErrorOf(body: JsonObject | undefined): TwilioError {
  const code = numberOf(body?.['code']);
  const detail = (textOf(body?.['message']) ?? 'The platform gave no reason.').slice(0, 500);
  return Number.isSafeInteger(code) && code > 0 ? { code, detail } : { detail };
}

/** What a refused call means: the code decides, else the HTTP status. */
export function failureOf(error: TwilioError, status: number, retryAfterMs?: number): Failure {
  const row = BY_CODE.get(error.code ?? 0) ?? rowOfStatus(status);
  if (row.kind === 'indeterminate') return { kind: 'indeterminate', detail: error.detail };
  const failure = { ...row, ...said(error) };
  return retryAfterMs !== undefined && (failure.kind === 'throttled' || failure.kind === 'unavailable')
    ? { ...failure, retryAfterMs }
    : failure;
}

/** What a failed status means. The platform has given up: this call does not succeed any more. */
export function lateFailureOf(error: TwilioError): Failure {
  const row = BY_CODE.get(error.code ?? 0);
  const isFinal = row?.kind === 'rejected' || row?.kind === 'misconfigured';
  return { ...(isFinal ? row : { kind: 'rejected', reason: 'provider_rejected' }), ...said(error) };
}

function said({ code, detail }: TwilioError): { detail: string; providerCode?: string } {
  return code === undefined ? { detail } : { detail, providerCode: String(code) };
}
