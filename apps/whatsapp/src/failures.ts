import { listOf, objectOf, textOf } from '@skein/contracts';
import type { Failure, RejectionReason } from '@skein/contracts';

/** A Graph error, from an answer or from `statuses[].errors`. */
export interface GraphError {
  code?: number;
  details: string;
  transient: boolean;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' | 'lane'; retryAfterMs?: number }
  | { kind: 'unavailable' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const misconfigured: Row = { kind: 'misconfigured' };
const throttledChannel: Row = { kind: 'throttled', scope: 'channel' };

/** One message per 6 s to one person is what the pair rate pays back. */
const PAIR_RATE_MS = 6_000;
/** A number under suspicion of spam is slowed for hours. */
const SPAM_MS = 3_600_000;

const CLASSES: readonly [Row, readonly number[]][] = [
  [throttledChannel, [4, 613, 80007, 130429, 133016]],
  [{ kind: 'throttled', scope: 'lane', retryAfterMs: PAIR_RATE_MS }, [131056]],
  [{ kind: 'throttled', scope: 'channel', retryAfterMs: SPAM_MS }, [131048]],
  [unavailable, [1, 2, 131000, 131016, 131057, 133004]],
  [rejected('window_closed'), [131047, 470]],
  [rejected('opted_out'), [131050]],
  // Not before a day has passed, which is longer than a message is worth repeating by itself.
  [rejected('policy'), [131049, 130472, 131064, 130497, 132007, 131063]],
  [rejected('invalid_address'), [131026, 131021, 131030, 131062]],
  [rejected('template_not_found'), [132001]],
  [rejected('template_not_approved'), [132015, 132016]],
  [rejected('template_parameters'), [132000, 132005, 132008, 132012]],
  [rejected('media_unreachable'), [131052, 131053]],
  [rejected('provider_rejected'), [33, 100, 131008, 131009, 131051, 132068, 132069]],
  [misconfigured, [0, 3, 10, 190, 368, 131005, 131031, 131037, 131042, 131044, 131045, 133010]],
];

/** Cloud API error codes (Meta, 15 May 2026). 200 to 299 are missing permissions. */
const BY_CODE: ReadonlyMap<number, Row> = new Map(
  CLASSES.flatMap(([row, codes]) => codes.map((code) => [code, row] as const)),
);

const BY_STATUS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, misconfigured],
  [403, misconfigured],
  [429, throttledChannel],
]);

/** Reads `{error: {…}}` or one of `errors[]`, whatever else it may be. */
export function graphErrorOf(value: unknown): GraphError {
  const error = objectOf(value) ?? {};
  const code = typeof error['code'] === 'number' ? error['code'] : undefined;
  const said =
    textOf(objectOf(error['error_data'])?.['details']) ?? textOf(error['message']) ?? textOf(error['title']);
  return {
    ...(code === undefined ? {} : { code }),
    details: (said ?? 'The platform gave no reason.').slice(0, 500),
    transient: error['is_transient'] === true,
  };
}

/** What a refused call means. A code decides before the HTTP status; a 5xx answer promises that nothing was sent. */
export function failureOf(error: GraphError, status: number, retryAfterMs?: number): Failure {
  const row = missedLink(error)
    ? unavailable
    : (rowOf(error) ?? (error.transient || status >= 500 ? unavailable : BY_STATUS.get(status)));
  const failure = { ...(row ?? rejected('provider_rejected')), ...said(error) };
  return retryAfterMs !== undefined && (failure.kind === 'throttled' || failure.kind === 'unavailable')
    ? { ...failure, retryAfterMs }
    : failure;
}

/** What a `failed` status means. The platform has given up: whatever it was, this call does not succeed any more. */
export function lateFailureOf(errors: unknown): Failure {
  const error = graphErrorOf(listOf(errors)[0]);
  const row = rowOf(error);
  const final =
    row?.kind === 'rejected' || row?.kind === 'misconfigured' ? row : rejected('provider_rejected');
  return { ...final, ...said(error) };
}

function rowOf({ code }: GraphError): Row | undefined {
  if (code === undefined) return undefined;
  return code >= 200 && code < 300 ? misconfigured : BY_CODE.get(code);
}

/** The platform could not fetch the link this time; a file it does not like has the same code. */
function missedLink({ code, details }: GraphError): boolean {
  return code === 131053 && /download/i.test(details);
}

function said({ code, details }: GraphError): { detail: string; providerCode?: string } {
  return { detail: details, ...(code === undefined ? {} : { providerCode: String(code) }) };
}
