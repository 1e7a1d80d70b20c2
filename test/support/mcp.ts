import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Stack } from '@skein/testing';

/** What a tool answered, as the official client gives it. */
export interface ToolResult {
  isError: boolean;
  text: string;
  /** Checked by the client against the output schema of the tool. */
  structured: Record<string, unknown>;
}

/** A connected client of the MCP server, and its calls. */
export interface McpCaller {
  client: Client;
  call: (name: string, args?: Record<string, unknown>) => Promise<ToolResult>;
  close: () => Promise<void>;
}

/** Connects the official client as the seeded workspace; in the name of a turn when its token is given. */
export async function mcpCaller(
  stack: Stack,
  { turnToken, headers = {} }: { turnToken?: string; headers?: Record<string, string> } = {},
): Promise<McpCaller> {
  const client = new Client({ name: 'test', version: '1' });
  const turn: Record<string, string> = turnToken === undefined ? {} : { 'Skein-Turn': turnToken };
  const transport = new StreamableHTTPClientTransport(new URL(`${stack.dev.apiUrl}/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${stack.dev.apiKey}`, ...turn, ...headers } },
  });
  await client.connect(transport);
  // The client keeps the output schemas and holds every answer against them.
  await client.listTools();
  return {
    client,
    call: async (name, args = {}) => {
      const result = await client.callTool({ name, arguments: args });
      const [first] = result.content as { type: string; text: string }[];
      return {
        isError: result.isError === true,
        text: first?.text ?? '',
        structured: (result.structuredContent ?? {}) as Record<string, unknown>,
      };
    },
    close: () => client.close(),
  };
}
