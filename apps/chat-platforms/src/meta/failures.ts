import { objectOf, textOf } from '@skein/contracts';
import type { Failure, RejectionReason } from '@skein/contracts';

/** A Graph error as both messaging surfaces give it: `{message, type, code, error_subcode, is_transient, fbtrace_id}`. */
export interface GraphError {
  code?: number;
  subcode?: number;
  message: string;
  transient: boolean;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' }
  | { kind: 'unavailable' }
  | { kind: 'indeterminate' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const misconfigured: Row = { kind: 'misconfigured' };
const throttled: Row = { kind: 'throttled', scope: 'channel' };

/**
 * Subcodes say more than their code, and come with different ones (Meta, Messenger Platform error codes, 18 March 2026; Instagram's
 * from answers of `graph.instagram.com`, June 2026).
 */
const SUBCLASSES: readonly [Row, readonly number[]][] = [
  [rejected('window_closed'), [2018278, 2018065, 2534022]],
  // "This person isn't available right now": blocked us, left, or is switched off. It is over as soon as the person writes again, and
  // it is no wish that was expressed, so that it must not be recorded as an opt-out, which only START would lift.
  [rejected('policy'), [1545041, 2018108]],
  // A message tag that was retired on 27 April 2026. We send none; a proxy in between may.
  [rejected('policy'), [1893061]],
  [rejected('invalid_address'), [2018001, 2534014]],
  [rejected('media_unreachable'), [2018007, 2018008, 2018047]],
  [rejected('media_too_large'), [2018109]],
  // The Page is restricted for a while, or its owner must accept the privacy terms first: nothing gets through before a person acts.
  [misconfigured, [1893063, 2018344]],
  // "The messages are all sent successfully, but the endpoint returns an error."
  [{ kind: 'indeterminate' }, [1357046]],
];

const CLASSES: readonly [Row, readonly number[]][] = [
  [throttled, [4, 17, 32, 613, 80006]],
  // 2 is also what a person gets who has blocked the Page; the attempts are few.
  [unavailable, [1, 2, 1200]],
  [rejected('policy'), [551]],
  [rejected('provider_rejected'), [33, 100]],
  [misconfigured, [0, 3, 10, 102, 190, 368]],
];

const tableOf = (classes: readonly [Row, readonly number[]][]): ReadonlyMap<number, Row> =>
  new Map(classes.flatMap(([row, codes]) => codes.map((code) => [code, row] as const)));

const BY_SUBCODE = tableOf(SUBCLASSES);
const BY_CODE = tableOf(CLASSES);
const BY_STATUS = tableOf([
  [misconfigured, [401, 403]],
  [throttled, [429]],
]);

/** Reads `{error: {…}}`'s inside, whatever else it may be. */
export function graphErrorOf(value: unknown): GraphError {
  const error = objectOf(value) ?? {};
  const [code, subcode] = [numberOf(error['code']), numberOf(error['error_subcode'])];
  return {
    ...(code === undefined ? {} : { code }),
    ...(subcode === undefined ? {} : { subcode }),
    message: (textOf(error['message']) ?? 'The platform gave no reason.').slice(0, 500),
    transient: error['is_transient'] === true,
  };
}

/** What a refused call means: the subcode decides, then the code, then the HTTP status. A 5xx answer promises that nothing was sent. */
export function failureOf(error: GraphError, status: number, retryAfterMs?: number): Failure {
  const row =
    rowOf(error) ?? (error.transient || status >= 500 ? unavailable : BY_STATUS.get(status)) ?? undefined;
  const failure = { ...(row ?? rejected('provider_rejected')), ...said(error) };
  return retryAfterMs !== undefined && (failure.kind === 'throttled' || failure.kind === 'unavailable')
    ? { ...failure, retryAfterMs }
    : failure;
}

function rowOf({ code, subcode }: GraphError): Row | undefined {
  const exact = subcode === undefined ? undefined : BY_SUBCODE.get(subcode);
  if (exact !== undefined || code === undefined) return exact;
  // 200 to 299 are missing permissions.
  return code >= 200 && code < 300 ? misconfigured : BY_CODE.get(code);
}

/** `<code>` or `<code>/<subcode>`. */
function said({ code, subcode, message }: GraphError): { detail: string; providerCode?: string } {
  const named = [code, subcode].filter((each) => each !== undefined).join('/');
  return { detail: message, ...(named === '' ? {} : { providerCode: named }) };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
