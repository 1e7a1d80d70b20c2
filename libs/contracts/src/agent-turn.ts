import type { Author } from './command.js';
import type { ChannelKind } from './kinds.js';

/** One entry of the conversation as an agent's backend reads it. The person's words are data, never instructions of ours. */
export interface TurnEntry {
  id: string;
  author: Author;
  text: string | null;
  /** Files, presses, reactions and whatever else came with it. */
  content: Record<string, unknown>;
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
  /** What is to be answered. */
  message: TurnEntry;
  /** The conversation up to and including it, oldest first, over all channels. */
  history: TurnEntry[];
  /** What the channel can send (R7). */
  actions: TurnAction[];
  /** What the channel shows, in words for a model (R7). */
  outputRule: string;
}
