import { Inject, Injectable } from '@nestjs/common';
import { DeadLetters } from '@skein/messaging';
import { advance, append, Db, findApplicable, findPending, strikeInbound } from '@skein/persistence';
import { subjects } from '@skein/contracts';
import { LOGGER, RepeatedLog, type Logger } from '@skein/runtime';
import { Aftermath } from './aftermath.js';
import { isolate } from './isolate.js';

/** Ids of what to look at. */
export interface Work {
  calls: string[];
  inbound: string[];
}

/** A call that was settled or a receipt, so that both can be halved together. */
type Step = { call: string } | { receipt: string };

/** Applies a batch: receipts and calls first, then what people said. */
@Injectable()
export class Apply {
  private readonly repeated: RepeatedLog;

  constructor(
    private readonly db: Db,
    private readonly letters: DeadLetters,
    private readonly aftermath: Aftermath,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  /** @throws what says that the database or NATS is away; the batch is then delivered again. */
  async run({ calls, inbound }: Work): Promise<void> {
    const pending = inbound.length === 0 ? [] : await findPending(this.db, inbound);
    const receipts = pending.filter(({ type }) => type === 'receipt').map(({ id }) => id);
    const others = pending.filter(({ type }) => type !== 'receipt').map(({ id }) => id);
    await this.advance([...calls.map((call) => ({ call })), ...receipts.map((receipt) => ({ receipt }))]);
    if (others.length > 0) await this.append(await findApplicable(this.db, others));
  }

  private async advance(steps: Step[]): Promise<void> {
    if (steps.length === 0) return;
    const run = async (batch: Step[]) => {
      const callIds = batch.flatMap((step) => ('call' in step ? [step.call] : []));
      const receiptIds = batch.flatMap((step) => ('receipt' in step ? [step.receipt] : []));
      await this.aftermath.ofAdvance(await advance(this.db, { callIds, receiptIds }));
    };
    await isolate(steps, run, (step, error) =>
      'receipt' in step ? this.strike(step.receipt, error) : this.complain(step.call, error),
    );
  }

  private async append(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const run = async (batch: string[]) => this.aftermath.ofAppend(await append(this.db, batch));
    await isolate(ids, run, (id, error) => this.strike(id, error));
  }

  /** The third defect with one event ends it; a person can look at it and ring for it again. */
  private async strike(id: string, error: unknown): Promise<void> {
    this.repeated.error(
      `inbound:${id}`,
      { err: error, inboundEventId: id },
      'an inbound event could not be applied',
    );
    const struck = await strikeInbound(this.db, id);
    if (struck?.outcome !== 'dead') return;
    await this.letters.publishDead(struck.workspaceId, 'threads', {
      reason: (error as Partial<Error> | null)?.message ?? 'a defect',
      item: { inbound: [id] },
      subject: subjects.threads(struck.workspaceId),
    });
  }

  /** A call stays what it is; its message is folded again by the sweeper. */
  private async complain(id: string, error: unknown): Promise<void> {
    this.repeated.error(
      `call:${id}`,
      { err: error, callId: id },
      'a call could not be folded into its message',
    );
  }
}
