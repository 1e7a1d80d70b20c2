import type { MessageContent } from '@skein/contracts';
import type { ClaimedTurn, ThreadEntry, TurnPerson } from '@skein/persistence';

/** One message of an answer. */
export interface Reply {
  content: MessageContent;
}

/** Everything a backend gets to answer one message. */
export interface TurnContext extends ClaimedTurn {
  /** The kind of backend that the agent is configured with. */
  backend: string;
  person: TurnPerson;
  /** What the person said. */
  message: ThreadEntry;
  /** The thread up to and including that message, oldest first, over all channels. */
  history: ThreadEntry[];
  /** Aborts when the answer is no longer wanted. */
  signal: AbortSignal;
}

/** What answers for an agent. */
export interface AgentBackend {
  /**
   * Answers one message; an empty array stays silent.
   *
   * @throws anything: the turn is tried again, three times in all.
   */
  answer(turn: TurnContext): Promise<Reply[]>;
}
