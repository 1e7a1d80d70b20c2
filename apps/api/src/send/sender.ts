import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  commandOf,
  errorOf,
  messageIdFor,
  newId,
  parseSend,
  refuse,
  RefusalError,
  threadTextOf,
  voiceOf,
  type ChannelScope,
  type Outcome,
  type Refusal,
  type SendPlan,
  type SendSurface,
  type TurnClaim,
} from '@skein/contracts';
import {
  Db,
  readOutcomes,
  type AcceptItem,
  type AcceptResult,
  type KeyOwner,
  type OutcomeRow,
} from '@skein/persistence';
import {
  Acceptance,
  outcomeAfter,
  StatusWaiter,
  TurnSends,
  WorkspaceChannels,
  WorkspaceTargets,
} from '@skein/sending';
import { Planner } from './planner.js';

/** A send request with everything that came beside its body. */
export interface SendInput {
  caller: KeyOwner;
  /** The body as received; the idempotency hash is made over it. */
  bytes: Buffer;
  body: unknown;
  surface: SendSurface;
  key: string | null;
  /** Seconds the caller waits; undefined = what is usual for the form. */
  wait: number | undefined;
  /** The turn in whose name it is sent. */
  turn?: TurnClaim | undefined;
}

export interface SendAnswer {
  outcome: Outcome;
  /** True when the outcome is decisive and the caller waited for it. */
  decided: boolean;
  /** Seconds that the caller's own wish to wait was granted. */
  waited: number | undefined;
}

export type BatchEntry = { outcome: Outcome } | { refusal: Refusal };

/** Seconds that form 2 and template sends wait unless told otherwise. */
export const USUAL_WAIT_S = 10;
/** What is not stored needs no idempotency. */
const NO_HASH = Buffer.alloc(0);

/** From a body to an accepted message, and to its outcome when the caller waits. */
@Injectable()
export class Sender {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly channels: WorkspaceChannels,
    private readonly targets: WorkspaceTargets,
    private readonly waiter: StatusWaiter,
    private readonly turnSends: TurnSends,
    private readonly db: Db,
    private readonly planner: Planner,
  ) {}

  /** Sends one message. @throws refusals: of the request, of its key, and of the outcome when the caller waited for it */
  async send(input: SendInput): Promise<SendAnswer> {
    const { caller, key } = input;
    const scope = await this.scopeOf(caller, input.turn);
    const item = itemOf(input.body, input, scope, key, hashOf(input.bytes));
    if ('refusal' in item) throw new RefusalError(item.refusal);
    const usual = item.ok.command.form === 1 ? 0 : USUAL_WAIT_S;
    const seconds = input.wait ?? usual;
    if (input.turn !== undefined) return this.sendInTurn(input, input.turn, item.ok, seconds);
    if (seconds === 0) {
      const [result] = await this.acceptance.accept([item.ok]);
      return { outcome: await this.outcomeNow(caller, result), decided: false, waited: input.wait };
    }
    return this.sendAndWait(caller, item.ok, seconds, input.wait);
  }

  /** What would become of a send; nothing is stored. @throws refusals of the request */
  async plan(caller: KeyOwner, body: unknown): Promise<SendPlan> {
    const surface = isTemplate(body) ? 'template' : 'http';
    const item = itemOf(body, { caller, surface }, await this.scopeOf(caller), null, NO_HASH);
    if ('refusal' in item) throw new RefusalError(item.refusal);
    const { workspaceId, command, origin, campaignId, dueAt } = item.ok;
    return this.planner.plan({
      ...{ workspaceId, command, campaignId },
      origin: origin ?? 'api',
      dueAt: dueAt?.toISOString() ?? null,
    });
  }

  /** Accepts a batch: right items are accepted, wrong ones are told at their place. */
  async sendBatch(
    input: Omit<SendInput, 'body' | 'surface' | 'wait'>,
    bodies: unknown[],
  ): Promise<BatchEntry[]> {
    const { caller, key } = input;
    const scope = await this.scopeOf(caller);
    const hash = hashOf(input.bytes);
    const items = bodies.map((body, index) => {
      const surface = isTemplate(body) ? 'template' : 'http';
      return itemOf(body, { caller, surface }, scope, key === null ? null : `${key}:${index}`, hash);
    });
    const results = await this.acceptance.accept(items.flatMap((item) => ('ok' in item ? [item.ok] : [])));
    const rows = await this.rowsOf(caller, results.filter(isRepeat));
    let next = 0;
    return items.map((item) => {
      if ('refusal' in item) return item;
      const result = results[next++] as AcceptResult;
      if (result.outcome === 'conflict') return { refusal: conflictOf(result.messageId) };
      return { outcome: outcomeAfter({ result, row: rows.get(result.messageId) }) };
    });
  }

  /** Sends in the name of a turn, under its fence. @throws refusals: `forbidden` when it is over, and as {@link send} */
  async sendInTurn(
    { key, wait: asked }: Pick<SendInput, 'key' | 'wait'>,
    turn: TurnClaim,
    item: AcceptItem,
    seconds: number,
  ): Promise<SendAnswer> {
    const sent = await this.turnSends.send(turn, item, key, seconds);
    if (seconds === 0) return { outcome: outcomeAfter(sent), decided: false, waited: asked };
    return answerOf(sent.result, sent.row, asked);
  }

  private async sendAndWait(
    caller: KeyOwner,
    item: AcceptItem,
    seconds: number,
    asked: number | undefined,
  ): Promise<SendAnswer> {
    const wait = this.waiter.open(caller.workspaceId, item.messageId);
    try {
      const [result] = await this.acceptance.accept([item]);
      if (result === undefined || result.outcome === 'conflict')
        throw new RefusalError(conflictOf(item.messageId));
      return answerOf(result, await wait.result(seconds), asked);
    } finally {
      wait.close();
    }
  }

  /** A repeated request is told what has become of the message since. */
  private async outcomeNow(caller: KeyOwner, result: AcceptResult | undefined): Promise<Outcome> {
    if (result === undefined) return refuse('unavailable', 'The message was not accepted.');
    if (result.outcome === 'conflict') throw new RefusalError(conflictOf(result.messageId));
    const rows = await this.rowsOf(caller, [result].filter(isRepeat));
    return outcomeAfter({ result, row: rows.get(result.messageId) });
  }

  private async rowsOf(caller: KeyOwner, results: AcceptResult[]): Promise<Map<string, OutcomeRow>> {
    const ids = results.map((result) => result.messageId);
    return ids.length === 0 ? new Map() : readOutcomes(this.db, caller.workspaceId, ids);
  }

  private async scopeOf(caller: KeyOwner, turn?: TurnClaim): Promise<ChannelScope> {
    const { workspaceId, agentId: keyAgentId } = caller;
    const [channels, targets] = await Promise.all([
      this.channels.of(workspaceId),
      this.targets.of(workspaceId),
    ]);
    const turnChannelId = turn === undefined ? {} : { turnChannelId: turn.channelId };
    return { channels, targets, keyAgentId, ...turnChannelId };
  }
}

type Prepared = { ok: AcceptItem } | { refusal: Refusal };

function itemOf(
  body: unknown,
  { caller, surface }: Pick<SendInput, 'caller' | 'surface'>,
  scope: ChannelScope,
  key: string | null,
  bodyHash: Buffer,
): Prepared {
  const parsed = parseSend(body, surface, { now: new Date(), timeZone: caller.timeZone });
  if (!('ok' in parsed)) return { refusal: parsed };
  const request = parsed.ok;
  const chosen = commandOf(request, scope);
  if ('refusal' in chosen) return chosen;
  return {
    ok: {
      workspaceId: caller.workspaceId,
      messageId: key === null ? newId() : messageIdFor(caller.workspaceId, key),
      idempotencyKey: key,
      bodyHash,
      command: chosen.command,
      ...voiceOf(request.content, request.origin),
      origin: request.origin,
      campaignId: request.campaignId,
      dueAt: request.dueAt,
      text: threadTextOf(request.content),
    },
  };
}

/** @throws the refusal that the message ended with */
function answerOf(result: AcceptResult, row: OutcomeRow | undefined, asked: number | undefined): SendAnswer {
  const code = row === undefined ? undefined : errorOf(row);
  if (code !== undefined)
    return refuse(code, row?.detail ?? 'The message was not sent.', { messageId: result.messageId });
  return { outcome: outcomeAfter({ result, row }), decided: isDecided(row), waited: asked };
}

function isTemplate(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'template');
}

function isRepeat(result: AcceptResult): boolean {
  return result.outcome === 'duplicate';
}

function isDecided(row: OutcomeRow | undefined): boolean {
  return row !== undefined && !['accepted', 'queued', 'sending'].includes(row.status);
}

function conflictOf(messageId: string): Refusal {
  return {
    code: 'idempotency_conflict',
    detail: 'The idempotency key was used with another body.',
    messageId,
  };
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
