import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { INTERNAL, problemOf, refusalIn } from '../http/problem.js';
import type { McpTools } from './mcp-tools.js';
import { answerSchema } from './schemas.js';
import type { McpTool, ToolCall } from './tool.js';

const INFO = { name: 'skein', title: 'Skein', version: '1' };
/** Made once: each server would make one of its own, which takes 1.3 ms. */
const jsonSchemaValidator = new AjvJsonSchemaValidator();
const INSTRUCTIONS =
  'Two-way messaging with people on WhatsApp, SMS, e-mail, web chat and chat platforms. A call that ends in an error has sent ' +
  'nothing and nothing goes out later; its code, retryable and next say what to do. plan_message shows what a send would do.';

/** Makes the server of one request: there are no sessions, so any replica answers any request. @param onDefect told of what nobody foresaw */
export function mcpServer(
  tools: McpTools,
  call: ToolCall,
  onDefect: (error: unknown, tool: string) => void,
): Server {
  const server = new Server(INFO, {
    capabilities: { tools: {} },
    instructions: INSTRUCTIONS,
    jsonSchemaValidator,
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.all().map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(params.name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}".`);
    try {
      const { structured, text } = await tool.run(params.arguments ?? {}, call);
      return resultOf(structured, text);
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal === undefined) onDefect(error, tool.name);
      return { ...resultOf(refusal === undefined ? INTERNAL : problemOf(refusal)), isError: true };
    }
  });
  return server;
}

function listed({ name, title, description, input, output, isWrite }: McpTool): Tool {
  return {
    ...{ name, title, description },
    inputSchema: input as Tool['inputSchema'],
    outputSchema: answerSchema(output) as Tool['outputSchema'],
    annotations: {
      title,
      readOnlyHint: !isWrite,
      destructiveHint: false,
      // A send is repeated safely only under an idempotency key, which callers may leave out.
      idempotentHint: !isWrite,
      openWorldHint: isWrite,
    },
  };
}

/** Dates and the like become what they are in JSON. */
function resultOf(value: object, text = JSON.stringify(value)): CallToolResult {
  const structuredContent = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  return { content: [{ type: 'text', text }], structuredContent };
}
