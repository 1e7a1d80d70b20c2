import { Injectable } from '@nestjs/common';
import { outcomeOf, refuse, type Outcome } from '@skein/contracts';
import type { AcceptItem, AcceptResult, OutcomeRow, TurnTry } from '@skein/persistence';
import { Acceptance } from './acceptance.js';
import { StatusWaiter } from './status-waiter.js';

/** What a turn sent, as far as it had come when the wait was over. */
export interface TurnSend {
  result: AcceptResult;
  /** Undefined when nobody waited. */
  row: OutcomeRow | undefined;
}

/** Sends in the name of a turn that has not ended, under its fence. */
@Injectable()
export class TurnSends {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly waiter: StatusWaiter,
  ) {}

  /**
   * @param requestKey equal for a repetition of the same request.
   * @throws refusals: `forbidden` when the try is over, `idempotency_conflict` when it has used the key with another body.
   */
  async accept(turn: TurnTry, item: AcceptItem, requestKey: string): Promise<AcceptResult> {
    const result = await this.acceptance.acceptInTurn(turn, item, requestKey);
    if (result.outcome !== 'conflict') return result;
    const { messageId } = result;
    return refuse('idempotency_conflict', 'The turn has used the key with another body.', { messageId });
  }

  /**
   * Sends what a tool was asked to send and waits for the first decisive status. The id is known only when the message is accepted,
   * so the waiting starts after that, with a look at the row.
   *
   * @param requestKey equal for a repetition of the same request; null for a request that has none.
   * @param seconds 0 = without waiting
   * @throws as {@link accept}
   */
  async send(turn: TurnTry, item: AcceptItem, requestKey: string | null, seconds: number): Promise<TurnSend> {
    const result = await this.accept(turn, { ...item, origin: 'tool' }, requestKey ?? item.messageId);
    if (seconds === 0) return { result, row: undefined };
    const wait = this.waiter.open(item.workspaceId, result.messageId);
    try {
      return { result, row: await wait.result(seconds) };
    } finally {
      wait.close();
    }
  }
}

/** The outcome of what was accepted: from its row, and from the acceptance while there is nothing else to tell. */
export function outcomeAfter({ result, row }: TurnSend): Outcome {
  const { messageId, status } = result;
  return outcomeOf(
    row ?? { messageId, status, conversationId: null, contactId: null, reason: null, losses: [] },
  );
}
