import type { Failure, RejectionReason } from '@skein/contracts';
import { STATUS } from './library.js';

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'channel' }
  | { kind: 'unavailable' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });

/** Answers to a submit that is not accepted (SMPP 3.4, 5.1.3): what each means, and how it is called. */
const STATUSES: ReadonlyMap<number, [Row, string]> = new Map<number, [Row, string]>([
  [0x01, [rejected('payload_too_large'), 'invalid message length']],
  [0x04, [{ kind: 'unavailable' }, 'the connection is not bound']],
  [STATUS.alreadyBound, [{ kind: 'unavailable' }, 'the login is bound already']],
  [0x08, [{ kind: 'unavailable' }, 'system error']],
  [0x0a, [rejected('provider_rejected'), 'invalid source address']],
  [0x0b, [rejected('invalid_address'), 'invalid destination address']],
  [STATUS.bindFailed, [{ kind: 'misconfigured' }, 'the bind failed']],
  [STATUS.invalidPassword, [{ kind: 'misconfigured' }, 'invalid password']],
  [STATUS.invalidSystemId, [{ kind: 'misconfigured' }, 'invalid system id']],
  [0x14, [{ kind: 'throttled', scope: 'channel' }, 'the queue is full']],
  [0x45, [{ kind: 'unavailable' }, 'the submit failed']],
  [0x48, [rejected('provider_rejected'), 'invalid type of the source address']],
  [0x49, [rejected('provider_rejected'), 'invalid numbering plan of the source address']],
  [0x50, [rejected('invalid_address'), 'invalid type of the destination address']],
  [0x51, [rejected('invalid_address'), 'invalid numbering plan of the destination address']],
  [0x58, [{ kind: 'throttled', scope: 'channel' }, 'throttled']],
  [STATUS.temporary, [{ kind: 'unavailable' }, 'temporary error of the receiver']],
  [0x65, [rejected('provider_rejected'), 'permanent error of the receiver']],
  [0x66, [rejected('provider_rejected'), 'refused by the receiver']],
  [0xfe, [{ kind: 'unavailable' }, 'delivery failure']],
  [0xff, [{ kind: 'unavailable' }, 'unknown error']],
  [STATUS.prohibited, [{ kind: 'misconfigured' }, 'the login may not do this']],
  [0x104, [rejected('provider_rejected'), 'invalid data coding']],
]);

/** What a refused submit or bind means. A status of the carrier's own is a refusal of this message. */
export function failureOfStatus(status: number): Failure {
  const [row, name] = STATUSES.get(status) ?? [rejected('provider_rejected'), 'a status of its own'];
  return { ...row, detail: `The SMSC answered: ${name}.`, providerCode: hex(status) };
}

/** States of a message that has failed (5.2.28), with the words of a receipt's text. */
const FAILED: Readonly<Record<string, string>> = {
  EXPIRED: 'It expired before it was delivered.',
  DELETED: 'It was deleted at the SMSC.',
  UNDELIV: 'It could not be delivered.',
  UNKNOWN: 'The SMSC does not know what became of it.',
  REJECTD: 'It was refused.',
};

/** What a failed receipt means; `error` is the network's own code. */
export function failureOfState(state: string, error: string | undefined): Failure {
  const detail = FAILED[state] ?? 'It failed.';
  const providerCode = error === undefined ? state : `${state} ${error}`;
  return { kind: 'rejected', reason: 'provider_rejected', detail, providerCode };
}

function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(2, '0')}`;
}
