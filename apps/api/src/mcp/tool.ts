import type { TurnClaim } from '@skein/contracts';
import type { KeyOwner } from '@skein/persistence';
import type { SchemaObject } from '../openapi/schema-object.js';

/** What came beside the arguments of a call. */
export interface ToolCall {
  caller: KeyOwner;
  /** The turn of the `Skein-Turn` header. @throws `forbidden` for a token that is not valid */
  turn(): TurnClaim | undefined;
}

/** What a tool answers: JSON, and a text for models that read no JSON. */
export interface ToolAnswer {
  structured: object;
  /** Default: the JSON. */
  text?: string;
}

/** One tool of the MCP server. */
export interface McpTool {
  name: string;
  title: string;
  description: string;
  input: SchemaObject;
  /** Of the answer; an error has the shape of every problem. */
  output: SchemaObject;
  /** Sends something. */
  isWrite: boolean;
  /** @throws refusals */
  run(args: Record<string, unknown>, call: ToolCall): Promise<ToolAnswer>;
}
