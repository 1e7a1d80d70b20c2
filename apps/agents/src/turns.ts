import { Inject, Injectable } from '@nestjs/common';
import type { MessageContent } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import {
  Db,
  extendLease,
  noteTold,
  putOffTurn,
  retryTurn,
  type ClaimedTurn,
  type LoadedTurn,
} from '@skein/persistence';
import { CONFIG, LOGGER, type Logger } from '@skein/runtime';
import { TurnEnds } from '@skein/sending';
import type { Answer, BackendSettings, Later, TurnContext } from './backends/backend.js';
import type { BackendError } from './backends/backend-error.js';
import { BACKENDS, type Backends } from './backends/backends.js';
import { MAX_TURN_MS } from './backends/turn-request.js';
import type { AgentsConfig } from './config.js';
import { reasonOf } from './failure-reason.js';
import { startHeartbeat } from './heartbeat.js';
import { MidTurns } from './mid-turns.js';
import { whileTyping } from './typing.js';

/** Tries of one turn. */
const MAX_ATTEMPTS = 3;
/** Milliseconds before the second try; doubled before the third. */
const PAUSE_MS = 2000;
/** Milliseconds that a backend may ask to be left alone; the person waits for as long. */
const MAX_PAUSE_MS = 60_000;

/** What was read for a turn; undefined when its thread or channel is gone. */
export type Loading = Promise<LoadedTurn | undefined>;

/** Runs one claimed turn to its end: done, to be tried again, or failed. */
@Injectable()
export class Turns {
  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly midTurns: MidTurns,
    private readonly ends: TurnEnds,
    @Inject(BACKENDS) private readonly backends: Backends,
    @Inject(CONFIG) private readonly config: AgentsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param loading what was read for it, together with other turns */
  async run(turn: ClaimedTurn, loading: Loading): Promise<void> {
    // The process of an earlier try may have died of this very turn.
    if (turn.attempt > MAX_ATTEMPTS)
      return this.fail(turn, loading, 'The turn was started several times and never ended.');
    const { turnLeaseMs } = this.config;
    const heartbeat = startHeartbeat(turnLeaseMs, MAX_TURN_MS, () => extendLease(this.db, turn, turnLeaseMs));
    try {
      const context = this.contextOf(turn, await loading, heartbeat.signal);
      const { told } = context;
      if (told.length > 0) await noteTold(this.db, turn, told);
      const answer = await whileTyping(this.link, context, () => answerOf(this.backends, context));
      if ('laterSeconds' in answer) await this.putOff(turn, answer);
      else await this.finish(turn, context, told, answer);
    } catch (error) {
      await this.failed(turn, loading, error);
    } finally {
      heartbeat.stop();
    }
  }

  private async finish(
    turn: ClaimedTurn,
    { person }: TurnContext,
    instructions: string[],
    { replies, usage }: Answer,
  ): Promise<void> {
    const contents = replies.map(({ content }) => content);
    const ids = await this.ends.finish(turn, person.kind, { contents, usage, instructions });
    if (ids === undefined)
      this.logger.warn({ turnId: turn.id }, 'the turn was taken over; its replies were dropped');
  }

  /** Nothing keeps the turn here any more: whoever has its token ends it, or its time does. */
  private async putOff(turn: ClaimedTurn, { laterSeconds }: Later): Promise<void> {
    const isOurs = await putOffTurn(this.db, turn, laterSeconds);
    if (!isOurs) this.logger.warn({ turnId: turn.id }, 'the turn was taken over or answered already');
  }

  private async failed(turn: ClaimedTurn, loading: Loading, error: unknown): Promise<void> {
    const reason = reasonOf(error);
    this.logger.warn({ err: error, turnId: turn.id, attempt: turn.attempt }, 'a turn failed');
    if (turn.attempt >= MAX_ATTEMPTS) return this.fail(turn, loading, reason);
    const { retryAfterMs = 0 } = (error ?? {}) as Partial<BackendError>;
    const pauseMs = Math.max(PAUSE_MS * 2 ** (turn.attempt - 1), Math.min(retryAfterMs, MAX_PAUSE_MS));
    await retryTurn(this.db, turn, reason, pauseMs);
  }

  private async fail(turn: ClaimedTurn, loading: Loading, reason: string): Promise<void> {
    const loaded = await loading.catch(() => undefined);
    await this.ends.fail(turn, loaded?.person.kind, reason, apologyIn(loaded));
  }

  /** @throws when the agent, the thread or the channel is gone */
  private contextOf(turn: ClaimedTurn, loaded: LoadedTurn | undefined, signal: AbortSignal): TurnContext {
    if (loaded === undefined) throw new Error('The thread or the channel of the turn does not exist.');
    const { backend, messages } = loaded;
    const message = messages.at(-1);
    if (backend === null || message === undefined) throw new Error(`There is no agent "${turn.agentId}".`);
    const sends = this.midTurns.of(turn, loaded.person.kind);
    return { ...turn, ...loaded, backend: settingsOf(backend), message, sends, signal };
  }
}

/** An agent without a type is the built-in one. */
function settingsOf(backend: Partial<BackendSettings>): BackendSettings {
  return { ...backend, type: backend.type || 'concierge' };
}

/** What the agent wants to be said when it cannot answer; one that is gone says nothing. */
function apologyIn(loaded: LoadedTurn | undefined): MessageContent[] {
  const apology: unknown = loaded?.backend?.apology;
  return typeof apology === 'string' ? [{ text: apology }] : [];
}

/** A backend that does not listen to its signal is left behind, so that the turn ends in time all the same. */
async function answerOf(backends: Backends, context: TurnContext): Promise<Answer | Later> {
  const { signal } = context;
  const given = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([backends.of(context.backend.type).answer(context), given]);
}
