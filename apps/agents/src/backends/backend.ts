import type { MessageContent, Outcome, TurnUsage } from '@skein/contracts';
import type { SendGateway } from '@skein/send-tool';
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

/** What a backend says to one turn; no replies stay silent. */
export interface Answer {
  replies: Reply[];
  /** What the answer took, as the backend reports it. */
  usage?: TurnUsage;
}

/** The agent answers later, at `POST /v1/turns/answer`; until then the turn waits. */
export interface Later {
  /** After which nobody waits any more. */
  laterSeconds: number;
}

/** Sends in the name of a turn that has not ended, under its fence. Equal keys within a try are one message. */
export interface MidTurn {
  /** Sends a piece of the answer; resolves once it is accepted. @throws when the try is over */
  say(content: MessageContent, requestKey: string): Promise<void>;
  /** Sends what a tool was asked to send and waits for what becomes of it. @throws when the try is over */
  send(content: MessageContent, requestKey: string): Promise<Outcome>;
  /** What one call of the send tool works with. */
  gateway(requestKey: string): SendGateway;
}

/** Everything a backend gets to answer one message. */
export interface TurnContext extends ClaimedTurn {
  /** How the agent is configured to answer. */
  backend: BackendSettings;
  person: TurnPerson;
  /** What the person said last. */
  message: ThreadEntry;
  /** Everything that this turn answers, in order; the last one is `message`. */
  messages: ThreadEntry[];
  /** What the agent was told and no turn has ended with yet, oldest first. */
  instructions: ThreadEntry[];
  /** Ids of those, and of older ones that are too many to hand over: the turn ends with them all. */
  told: string[];
  /** The thread up to and including that message, oldest first, over all channels. */
  history: ThreadEntry[];
  sends: MidTurn;
  /** Aborts when the answer is no longer wanted. */
  signal: AbortSignal;
}

/** What answers for an agent. */
export interface AgentBackend {
  /**
   * Answers one message, or several that came in a burst.
   *
   * @throws anything: the turn is tried again, three times in all.
   */
  answer(turn: TurnContext): Promise<Answer | Later>;
}
