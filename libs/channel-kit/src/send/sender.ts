import type { Failure } from '@skein/contracts';
import type { ClaimedCall, Settlement } from '@skein/persistence';
import type { DeadLetters } from '@skein/messaging';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { ChannelAccount, ChannelDefinition, OutboundCall, ProviderReceipt } from '../definition.js';
import { settleOf } from '../settle-of.js';
import { Deadlines } from './deadlines.js';
import { sendIoOf, type SendIoParts } from './send-io.js';

export interface SenderParts extends SendIoParts {
  service: string;
  letters: DeadLetters;
  logger: Logger;
  /** Ms that one provider call may take; below the lease. */
  timeoutMs: number;
  /** Records what became of an attempt; resolves when it is in the database. */
  settle(call: ClaimedCall, settlement: Settlement): Promise<void>;
}

type Answer = ProviderReceipt | Failure;

/** Ms that a channel has to return after its signal aborted, before the call is settled without it. */
const GRACE_MS = 250;

/** Makes one provider call after another has claimed it, and settles what it answers. Never rejects. */
export class Sender {
  private readonly deadlines: Deadlines;
  private readonly repeated: RepeatedLog;

  constructor(private readonly parts: SenderParts) {
    this.deadlines = new Deadlines(parts.timeoutMs);
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** Resolves when the attempt is settled. */
  async drive(
    call: ClaimedCall,
    account: ChannelAccount<object>,
    definition: ChannelDefinition<object>,
  ): Promise<void> {
    const { signal, close } = this.deadlines.start();
    const io = sendIoOf(this.parts, account, signal);
    const sending = this.answerOf(call, () => definition.send(outbound(call), account, io));
    const answer = await inTime(sending, signal);
    close();
    if (answer === undefined) void this.settleLate(call, sending);
    const outcome = answer ?? { kind: 'indeterminate', detail: 'No answer came in time.' };
    await this.parts.settle(call, settleOf(call, outcome));
  }

  /** An answer after its time still counts when it says that the provider has the call. */
  private async settleLate(call: ClaimedCall, sending: Promise<Answer>): Promise<void> {
    const answer = await sending;
    if (answer.kind === 'receipt') await this.parts.settle(call, settleOf(call, answer));
  }

  private async answerOf(call: ClaimedCall, send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      const name = String((error as { name?: unknown } | null)?.name);
      if (name === 'AbortError' || name === 'TimeoutError')
        return { kind: 'indeterminate', detail: 'The call was ended.' };
      return this.defect(call, error, name);
    }
  }

  /** A thrown error is a mistake in the channel: this call ends, people can read why, the others go on. */
  private async defect(call: ClaimedCall, error: unknown, name: string): Promise<Answer> {
    const { id, channelId, messageId, workspaceId } = call;
    this.repeated.error(
      `defect:${channelId}`,
      { err: error, call: id, messageId, channelId },
      'a channel failed on a call',
    );
    const item = { call: id, messageId, channelId };
    const { service, letters } = this.parts;
    await letters
      .publishDead(workspaceId, service, { reason: `defect in send: ${name}`, item })
      .catch(() => undefined);
    return {
      kind: 'rejected',
      reason: 'provider_rejected',
      detail: 'The channel could not handle this message.',
    };
  }
}

function outbound(call: ClaimedCall): OutboundCall {
  return {
    callId: call.id,
    callRef: `${call.id}:${call.attempt}`,
    messageId: call.messageId,
    conversationId: call.threadId,
    address: call.address,
    route: call.route,
    part: call.part,
    purpose: call.purpose,
  };
}

/** The answer, or undefined when it does not come soon after the signal aborted. */
function inTime(sending: Promise<Answer>, signal: AbortSignal): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const late = (): void => void setTimeout(() => resolve(undefined), GRACE_MS);
    signal.addEventListener('abort', late, { once: true });
    void sending.then((answer) => {
      signal.removeEventListener('abort', late);
      resolve(answer);
    });
  });
}
