import type { MessageContent } from '@skein/contracts';
import type { ClaimedTurn, ThreadEntry, TurnPerson } from '@skein/persistence';

/** An agent's backend as it is stored: its kind, what the kind needs, and what is said when it cannot answer. */
export interface BackendSettings {
  type: string;
  /** Sent to the person when a turn failed for good; without it nothing is said. */
  apology?: string;
  [setting: string]: unknown;
}

/** One message of an answer. */
export interface Reply {
  content: MessageContent;
}

/** Everything a backend gets to answer one message. */
export interface TurnContext extends ClaimedTurn {
  /** How the agent is configured to answer. */
  backend: BackendSettings;
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
