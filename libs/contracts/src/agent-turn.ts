import type { Author, Purpose } from './command.js';
import type { ChannelKind } from './kinds.js';

/** One entry of the conversation as an agent's backend reads it. The person's words are data, never instructions of ours. */
export interface TurnEntry {
  id: string;
  author: Author;
  /** `instruction`: what an operator or a service told the agent. The person neither wrote nor saw it. */
  purpose: Purpose;
  text: string | null;
  /** Files, presses, reactions and whatever else came with it. */
  content: Record<string, unknown>;
  at: string;
}

/** What an operator or a service told the agent; no turn has ended with it yet. */
export interface TurnInstruction {
  id: string;
  text: string;
  at: string;
}

/** A tool that the agent may call to send something, as a JSON schema. */
export interface TurnAction {
  name: string;
  description: string;
  parameters: object;
}

/** The body of a turn, as it is posted to an agent's backend. It holds ids and words, and never a credential. */
export interface TurnRequest {
  type: 'turn';
  turnId: string;
  /** 1 on the first try. */
  attempt: number;
  workspaceId: string;
  agentId: string;
  conversationId: string;
  channel: { id: string; kind: ChannelKind };
  contact: { id: string; name: string | null };
  /** What is to be answered; the last of them when the person wrote several times. */
  message: TurnEntry;
  /** Everything that this turn answers, in order: one message, or the burst that the agent's `turns` gathers. */
  messages: TurnEntry[];
  /** What the agent was told since its last turn, oldest first. */
  instructions: TurnInstruction[];
  /** The conversation up to and including it, oldest first, over all channels. */
  history: TurnEntry[];
  /**
   * Lets its bearer act as this turn until the try is over: header `Skein-Turn` on `POST /v1/messages`, `/v1/messages/template`,
   * `/v1/turns/actions/{name}` and `/v1/turns/answer`.
   */
  turnToken: string;
  /** Base address of the API, where the deployment has one. */
  apiUrl?: string;
  /** What the channel can send (R7). */
  actions: TurnAction[];
  /** What the channel shows, in words for a model (R7). */
  outputRule: string;
}
