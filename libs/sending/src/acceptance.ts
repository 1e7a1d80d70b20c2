import { Injectable } from '@nestjs/common';
import { API_TOKEN, refuse, RefusalError, subjects } from '@skein/contracts';
import { Publisher } from '@skein/messaging';
import {
  acceptInTurn,
  acceptMessages,
  MAX_TURN_SENDS,
  bisect,
  codeOf,
  Db,
  isDatabaseAway,
  MicroBatcher,
  type AcceptItem,
  type AcceptResult,
  type TurnTry,
} from '@skein/persistence';

/** Seconds after which somebody who was told `unavailable` may ask again. */
const RETRY_AFTER_S = 2;

type Attempt = { result: AcceptResult } | { error: unknown };

const BATCH = { max: 64, delayMs: 2 };

/** Commits sends as rows, gathered over concurrent requests, and rings the router for them. */
@Injectable()
export class Acceptance {
  private readonly batcher = new MicroBatcher<AcceptItem, Attempt>((items) => this.attempt(items), BATCH);

  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Accepts the sends of one request. The bell is rung without waiting: it is a hint, the rows are the promise.
   *
   * @throws a refusal `unavailable` when the database is away. With a `messageId` in it the message may have been accepted all the
   *   same, and the same key tells.
   */
  async accept(items: AcceptItem[]): Promise<AcceptResult[]> {
    const attempts =
      items.length === 1 ? [await this.batcher.add(items[0] as AcceptItem)] : await this.attempt(items);
    const results = attempts.map((attempt) => {
      if ('error' in attempt) throw attempt.error;
      return attempt.result;
    });
    const created = results
      .filter((result) => result.outcome === 'created')
      .map((result) => result.messageId);
    const workspaceId = items[0]?.workspaceId;
    if (workspaceId !== undefined && created.length > 0) this.ring(workspaceId, created);
    return results;
  }

  /**
   * Accepts what a turn sends before it ends, under the turn's fence.
   *
   * @param requestKey equal for a repetition of the same request.
   * @throws refusals: `forbidden` when the turn is over or another process has it, `not_supported` when it has sent too much.
   */
  async acceptInTurn(turn: TurnTry, item: AcceptItem, requestKey: string): Promise<AcceptResult> {
    const result = await acceptInTurn(this.db, turn, item, requestKey).catch((error: unknown) =>
      isDatabaseAway(error) && !wasNotSent(error) ? refuseUnknown() : Promise.reject(error as Error),
    );
    if (result === 'over')
      return refuse('forbidden', 'The turn is over; nothing can be sent in its name any more.');
    if (result === 'too_many')
      return refuse('not_supported', `A turn sends at most ${MAX_TURN_SENDS} messages before it ends.`);
    if (result.outcome === 'created') this.ring(item.workspaceId, [result.messageId]);
    return result;
  }

  private ring(workspaceId: string, ids: string[]): void {
    void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids });
  }

  private async attempt(items: AcceptItem[]): Promise<Attempt[]> {
    try {
      const settled = await bisect(items, (some) => acceptMessages(this.db, some));
      return settled.map((one) => ('error' in one ? { error: one.error } : { result: one.value }));
    } catch (error) {
      if (!isDatabaseAway(error)) return items.map(() => ({ error }));
      return wasNotSent(error) ? items.map(() => ({ error })) : this.lookAgain(items);
    }
  }

  /** The connection broke after the statement left: it was committed or not, and only the rows can tell. */
  private async lookAgain(items: AcceptItem[]): Promise<Attempt[]> {
    const found = await this.committed(items).catch(() => new Map<string, AcceptResult>());
    return items.map((item) => {
      const result = found.get(item.messageId);
      return result === undefined ? { error: unknownOutcome(item.messageId) } : { result };
    });
  }

  private async committed(items: AcceptItem[]): Promise<Map<string, AcceptResult>> {
    const rows = await this.db.query<{ id: string; status: AcceptResult['status']; body_hash: Buffer }>(
      'accept-look-again',
      'SELECT id, status, body_hash FROM messages WHERE id = ANY ($1::uuid[])',
      [items.map((item) => item.messageId)],
    );
    const hashes = new Map(items.map((item) => [item.messageId, item.bodyHash]));
    return new Map(
      rows.map((row) => {
        const same = hashes.get(row.id)?.equals(row.body_hash) === true;
        return [row.id, { messageId: row.id, outcome: same ? 'created' : 'conflict', status: row.status }];
      }),
    );
  }
}

/** Codes with which a connection fails before any statement is sent. 57P03: the server is starting; 53300: it has no room. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ENOENT', 'EHOSTUNREACH', '57P03', '53300']);

/** True for an error of a connection over which nothing was sent. */
export function wasNotSent(error: unknown): boolean {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return (
    BEFORE_SENDING.has(codeOf(error)) || /trying to connect/.test(typeof message === 'string' ? message : '')
  );
}

/** Throws the one refusal that does not promise silence. */
export function refuseUnknown(): never {
  throw unknownOutcome();
}

function unknownOutcome(messageId?: string): RefusalError {
  return new RefusalError({
    code: 'unavailable',
    detail: 'It is not known whether it was accepted. Repeat with the same key to find out.',
    outcomeUnknown: true,
    ...(messageId === undefined ? {} : { messageId }),
    retryAfterSeconds: RETRY_AFTER_S,
  });
}
