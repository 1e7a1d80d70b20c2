import type { Failure, RejectionReason } from '@skein/contracts';

/** What is known about a failed SMTP exchange. */
export interface SmtpError {
  code?: string;
  /** Last command, such as `RCPT TO`. */
  command?: string;
  responseCode?: number;
  /** The server's line. */
  response?: string;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' | 'lane'; retryAfterMs?: number }
  | { kind: 'unavailable' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const unavailable: Row = { kind: 'unavailable' };
const misconfigured: Row = { kind: 'misconfigured' };

/** Greylisting servers want to see a minute or more before the next attempt. */
const GREYLIST_MS = 60_000;

/** Enhanced status codes (RFC 3463, 7505; provider use checked 2026-11). Only x.1.1, x.1.2, 5.1.10 and x.2.1 mean a dead address. */
const BY_ENHANCED: readonly [RegExp, Row][] = [
  [/^5\.1\.(1|2|3|6|10)$|^5\.2\.1$|^5\.4\.4$/, rejected('invalid_address')],
  [/^5\.2\.3$|^5\.3\.4$/, rejected('payload_too_large')],
  [/^5\.7\.8$/, misconfigured],
  [/^5\.7\./, rejected('policy')],
  [/^4\.7\.1$/, { kind: 'throttled', scope: 'lane', retryAfterMs: GREYLIST_MS }],
  [/^4\.7\.28$/, { kind: 'throttled', scope: 'channel', retryAfterMs: GREYLIST_MS }],
  [/^4\.7\./, { kind: 'throttled', scope: 'lane' }],
  [/^4\./, unavailable],
];

const BY_REPLY: ReadonlyMap<number, Row> = new Map<number, Row>([
  [530, misconfigured],
  [534, misconfigured],
  [535, misconfigured],
  [538, misconfigured],
  [454, unavailable],
  [552, rejected('payload_too_large')],
  [554, rejected('policy')],
]);

/** Faults of the account itself, whatever the server answered. */
const ACCOUNT_FAULTS: ReadonlySet<string> = new Set([
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'ETLS',
  'EREQUIRETLS',
  'ECONFIG',
  'blocked_address',
]);

/**
 * What a failed exchange means. `handedOver` says that the whole mail was written: without an answer the server may have taken it.
 */
export function failureOf(error: SmtpError, handedOver: boolean): Failure {
  if (error.responseCode !== undefined) return answeredFailure(error, error.responseCode);
  const word = error.code ?? 'unknown';
  if (ACCOUNT_FAULTS.has(word))
    return {
      kind: 'misconfigured',
      detail: `The mail server refuses the account (${word}).`,
      providerCode: word,
    };
  if (handedOver)
    return { kind: 'indeterminate', detail: `The mail was written and no answer came (${word}).` };
  if (word === 'EENVELOPE')
    return { kind: 'rejected', reason: 'invalid_address', detail: 'The envelope is not valid.' };
  if (word === 'EMESSAGE')
    return { kind: 'rejected', reason: 'provider_rejected', detail: 'The mail could not be written.' };
  return {
    kind: 'unavailable',
    detail: `The mail server could not be reached (${word}).`,
    providerCode: word,
  };
}

/** A reply to any command, the end of DATA included, is an answer: nothing is left open. */
function answeredFailure({ code, command, response = '' }: SmtpError, reply: number): Failure {
  const said = {
    detail: response.slice(0, 500) || `The mail server answered ${reply}.`,
    providerCode: String(reply),
  };
  const temporary = reply < 500;
  if (!temporary && (code === 'EAUTH' || (command === 'MAIL FROM' && reply !== 552)))
    return { kind: 'misconfigured', ...said };
  return { ...rowOf(reply, enhancedOf(response)), ...said };
}

function rowOf(reply: number, enhanced: string | undefined): Row {
  // A reply of one class with an enhanced code of another is known from the wild; the reply decides.
  const fits = enhanced !== undefined && enhanced[0] === String(reply)[0];
  const known = fits ? rowOfEnhanced(enhanced) : undefined;
  return known ?? BY_REPLY.get(reply) ?? (reply < 500 ? unavailable : rejected('provider_rejected'));
}

function rowOfEnhanced(enhanced: string): Row | undefined {
  return BY_ENHANCED.find(([pattern]) => pattern.test(enhanced))?.[1];
}

/** The first enhanced code in a line; the optional dash stands in lines of a multi-line reply. */
export function enhancedOf(text: string): string | undefined {
  return /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text)?.[1];
}

/** The failure of a later report: `Status` and `Diagnostic-Code` of RFC 3464. The mail is lost, whatever the reason. */
export function bouncedFailure(status: string, diagnostic: string): Failure {
  const row = rowOfEnhanced(status);
  const reason = row?.kind === 'rejected' ? row.reason : 'provider_rejected';
  return {
    kind: 'rejected',
    reason,
    detail: diagnostic.slice(0, 500) || 'The mail came back.',
    ...(status === '' ? {} : { providerCode: status }),
  };
}
