import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN, subjects } from '@skein/contracts';
import { NatsLink, Publisher } from '@skein/messaging';
import {
  Db,
  extendLease,
  failTurn,
  finishTurn,
  readHistory,
  readPerson,
  retryTurn,
  tellOutbox,
  type AcceptItem,
  type ClaimedTurn,
  type OutboxRow,
} from '@skein/persistence';
import { CONFIG, LOGGER, type Logger } from '@skein/runtime';
import type { Reply, TurnContext } from './backends/backend.js';
import { BACKENDS, type Backends } from './backends/backends.js';
import type { AgentsConfig } from './config.js';
import { startHeartbeat } from './heartbeat.js';
import { acceptItemsOf } from './replies.js';
import { whileTyping } from './typing.js';

/** Tries of one turn. */
const MAX_ATTEMPTS = 3;
/** Milliseconds before the second try; doubled before the third. */
const PAUSE_MS = 2000;
/** Milliseconds that one try may take, however many signs of life it gives. */
const MAX_TURN_MS = 10 * 60_000;
/** Entries of the thread that an agent reads. */
const HISTORY = 50;

/** Runs one claimed turn to its end: done, to be tried again, or failed. */
@Injectable()
export class Turns {
  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
    private readonly link: NatsLink,
    @Inject(BACKENDS) private readonly backends: Backends,
    @Inject(CONFIG) private readonly config: AgentsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(turn: ClaimedTurn): Promise<void> {
    // The process of an earlier try may have died of this very turn.
    if (turn.attempt > MAX_ATTEMPTS)
      return this.fail(turn, 'The turn was started several times and never ended.');
    const { turnLeaseMs } = this.config;
    const heartbeat = startHeartbeat(turnLeaseMs, MAX_TURN_MS, () => extendLease(this.db, turn, turnLeaseMs));
    try {
      const context = await this.contextOf(turn, heartbeat.signal);
      const replies = await whileTyping(this.link, context, () => answerOf(this.backends, context));
      await this.finish(turn, context, replies);
    } catch (error) {
      await this.failed(turn, error);
    } finally {
      heartbeat.stop();
    }
  }

  private async contextOf(turn: ClaimedTurn, signal: AbortSignal): Promise<TurnContext> {
    const [history, person, backend] = await Promise.all([
      readHistory(this.db, turn.messageId, HISTORY),
      readPerson(this.db, turn.id),
      this.backends.settingsOf(this.db, turn.workspaceId, turn.agentId),
    ]);
    const message = history.at(-1);
    if (message === undefined) throw new Error('The message of the turn does not exist.');
    return { ...turn, backend, person, message, history, signal };
  }

  private async finish(turn: ClaimedTurn, { person }: TurnContext, replies: Reply[]): Promise<void> {
    const items = acceptItemsOf(turn, person.kind, replies);
    const { isClosed, outbox } = await finishTurn(this.db, turn, items);
    if (!isClosed)
      return this.logger.warn({ turnId: turn.id }, 'the turn was taken over; its replies were dropped');
    const ids = items.map((item) => item.messageId);
    if (ids.length > 0) void this.publisher.ring(subjects.send(turn.workspaceId, API_TOKEN), { ids });
    await this.tell(outbox);
  }

  private async failed(turn: ClaimedTurn, error: unknown): Promise<void> {
    const reason = (error as Partial<Error> | null)?.message ?? 'a defect';
    this.logger.warn({ err: error, turnId: turn.id, attempt: turn.attempt }, 'a turn failed');
    if (turn.attempt >= MAX_ATTEMPTS) return this.fail(turn, reason);
    await retryTurn(this.db, turn, reason, PAUSE_MS * 2 ** (turn.attempt - 1));
  }

  private async fail(turn: ClaimedTurn, reason: string): Promise<void> {
    const apology = await this.apologyOf(turn);
    const { isClosed, outbox } = await failTurn(this.db, turn, reason, apology);
    const ids = apology.map((item) => item.messageId);
    if (isClosed && ids.length > 0)
      void this.publisher.ring(subjects.send(turn.workspaceId, API_TOKEN), { ids });
    await this.tell(outbox);
  }

  /** What the agent wants to be said when it cannot answer. */
  private async apologyOf(turn: ClaimedTurn): Promise<AcceptItem[]> {
    // An agent that is gone apologizes for nothing.
    const settings = await this.backends
      .settingsOf(this.db, turn.workspaceId, turn.agentId)
      .catch(() => undefined);
    const apology = settings?.apology;
    if (apology === undefined) return [];
    const person = await readPerson(this.db, turn.id);
    return acceptItemsOf(turn, person.kind, [{ content: { text: apology } }]);
  }

  /** What cannot be told now stays in the outbox. */
  private async tell(rows: OutboxRow[]): Promise<void> {
    const teller = {
      publishEvents: this.publisher.publishEvents.bind(this.publisher),
      publishCore: this.link.publishCore.bind(this.link),
    };
    await tellOutbox(this.db, teller, rows).catch((error: unknown) =>
      this.logger.warn({ err: error }, 'facts wait in the outbox'),
    );
  }
}

/** A backend that does not listen to its signal is left behind, so that the turn ends in time all the same. */
async function answerOf(backends: Backends, context: TurnContext): Promise<Reply[]> {
  const { signal } = context;
  const given = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([backends.of(context.backend.type).answer(context), given]);
}
