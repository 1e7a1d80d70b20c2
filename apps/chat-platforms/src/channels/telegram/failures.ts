import { objectOf, textOf } from '@skein/contracts';
import type { Failure, RejectionReason } from '@skein/contracts';
import { idOf } from './address.js';

/** `{ok: false, error_code, description, parameters}`, whatever else it may be. */
export interface BotError {
  code?: number;
  description: string;
  retryAfterMs?: number;
  /** The group was upgraded to the supergroup with this id. */
  migratedTo?: string;
}

type Row =
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'throttled'; scope: 'lane' }
  | { kind: 'unavailable' }
  | { kind: 'indeterminate' }
  | { kind: 'misconfigured' };

const rejected = (reason: RejectionReason): Row => ({ kind: 'rejected', reason });
const misconfigured: Row = { kind: 'misconfigured' };

/**
 * The platform tells what is wrong in words only (Bot API, making requests; descriptions seen in its open server and in issue threads of
 * clients, checked 2026-11-21). The first row that fits decides; without one the code does.
 */
const BY_DESCRIPTION: readonly (readonly [RegExp, Row])[] = [
  [
    /blocked by the user|user is deactivated|bot was kicked|can't initiate conversation/i,
    rejected('opted_out'),
  ],
  [/USER_IS_BLOCKED|INPUT_USER_DEACTIVATED|bot is not a member/i, rejected('opted_out')],
  [
    /chat not found|user not found|PEER_ID_INVALID|chat_id is empty|thread not found/i,
    rejected('invalid_address'),
  ],
  [
    /can't send messages to (?:the )?bots?|group chat was (?:deleted|deactivated|upgraded)/i,
    rejected('invalid_address'),
  ],
  [
    /not enough rights|no rights to send|need administrator|CHAT_\w*(?:FORBIDDEN|RESTRICTED)|TOPIC_CLOSED/i,
    rejected('policy'),
  ],
  [/too long/i, rejected('payload_too_large')],
  [/file is too big|entity too large/i, rejected('media_too_large')],
  [
    /failed to get HTTP URL|wrong file identifier|wrong type of the web page|WEBPAGE_/i,
    rejected('media_unreachable'),
  ],
];

/** By `error_code`. What a gateway gave up on may have been done. */
const BY_CODE: ReadonlyMap<number, Row> = new Map<number, Row>([
  [401, misconfigured],
  // A token that no bot has, too: the path does not exist.
  [404, misconfigured],
  // Another program reads the updates of the same bot.
  [409, misconfigured],
  [403, rejected('policy')],
  [413, rejected('media_too_large')],
  [429, { kind: 'throttled', scope: 'lane' }],
  [504, { kind: 'indeterminate' }],
]);

/** Reads a refusal; an answer that is no JSON has its HTTP status alone. The code in the body counts more than the status. */
export function botErrorOf(body: unknown, status: number, retryAfterMs?: number): BotError {
  const answer = objectOf(body);
  const parameters = objectOf(answer?.['parameters']);
  const code = typeof answer?.['error_code'] === 'number' ? answer['error_code'] : status;
  const seconds = parameters?.['retry_after'];
  const wait = typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : retryAfterMs;
  const migratedTo = idOf(parameters?.['migrate_to_chat_id']);
  return {
    code,
    description: (textOf(answer?.['description']) ?? 'The platform gave no reason.').slice(0, 500),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(migratedTo === undefined ? {} : { migratedTo }),
  };
}

/** What a refused call means. A 5xx other than 504 promises that nothing was done; everything unknown is refused for good. */
export function failureOf({ code = 0, description, retryAfterMs }: BotError): Failure {
  const row = rowOf(code, description);
  if (row.kind === 'indeterminate') return { ...row, detail: description };
  const waits = (row.kind === 'throttled' || row.kind === 'unavailable') && retryAfterMs !== undefined;
  return {
    ...row,
    detail: description,
    ...(code === 0 ? {} : { providerCode: String(code) }),
    ...(waits ? { retryAfterMs } : {}),
  };
}

function rowOf(code: number, description: string): Row {
  const told = code === 400 || code === 403 || code === 413;
  const worded = told ? BY_DESCRIPTION.find(([words]) => words.test(description))?.[1] : undefined;
  return (
    worded ?? BY_CODE.get(code) ?? (code >= 500 ? { kind: 'unavailable' } : rejected('provider_rejected'))
  );
}
