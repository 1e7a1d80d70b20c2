/** Messages and answers of a chat-completions endpoint (platform.openai.com/docs/api-reference/chat, read 2026-11), as far as used. */

export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ChatToolCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

export interface ChatToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** One event of the stream. */
export interface ChatChunk {
  choices?: { delta?: ChatDelta; finish_reason?: string | null }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number; total_tokens?: number } | null;
  error?: { message?: string } | null;
}

export interface ChatDelta {
  content?: string | null;
  refusal?: string | null;
  tool_calls?: ToolCallDelta[];
}

/** A piece of a call; name and id come once, the arguments in fragments. */
export interface ToolCallDelta {
  index?: number;
  id?: string;
  function?: { name?: string; arguments?: string };
}

/** What the model said in one round. */
export interface Round {
  text: string;
  calls: ChatToolCall[];
  finish: string | null;
  tokens: { input: number; output: number };
}
