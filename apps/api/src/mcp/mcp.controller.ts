import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiExcludeEndpoint, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { KeyOwner } from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { turnOf } from '../send/turn-header.js';
import { McpTools } from './mcp-tools.js';
import { mcpServer } from './mcp-server.js';
import { checkOrigin } from './origin.js';

/** What older clients that ask for a stream or end a session are told: there is neither. */
const NO_SESSIONS = {
  jsonrpc: '2.0',
  error: { code: -32_000, message: 'Method not allowed: this server has no sessions. Use POST.' },
  id: null,
};

/**
 * What a batch is told. Only protocol 2025-03-26 wants them and the official client (1.32.2) sends none; a call that its own batch
 * cancels would never be answered.
 */
const NO_BATCHES = {
  jsonrpc: '2.0',
  error: {
    code: -32_600,
    message: 'Invalid Request: MCP has no batches since 2025-06-18. Send one message.',
  },
  id: null,
};

/**
 * The MCP server over streamable HTTP, without sessions: each request stands alone, under the same keys as REST. A client that goes
 * away in the middle of a call changes nothing: what was accepted is sent.
 */
@ApiTags('mcp')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('mcp')
export class McpController {
  constructor(
    private readonly tools: McpTools,
    private readonly config: ApiConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Model Context Protocol, streamable HTTP: one JSON-RPC message' })
  @ApiBody({ schema: { type: 'object', required: ['jsonrpc'], properties: { jsonrpc: { enum: ['2.0'] } } } })
  async post(
    @Caller() caller: KeyOwner,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    checkOrigin(request.headers.origin, this.config.publicUrl);
    if (Array.isArray(json.value)) {
      void reply.status(400).header('content-type', 'application/json');
      return JSON.stringify(NO_BATCHES);
    }
    const call = { caller, turn: () => turnOf(request, caller, this.config.secretKey) };
    const server = mcpServer(this.tools, call, (err, tool) =>
      this.logger.error({ err, tool }, 'a tool of the MCP server failed'),
    );
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      const answer = await transport.handleRequest(requestOf(request), { parsedBody: json.value });
      void reply.status(answer.status).headers(Object.fromEntries(answer.headers));
      return await answer.text();
    } finally {
      await server.close();
    }
  }

  @Get()
  @ApiExcludeEndpoint()
  stream(@Res() reply: FastifyReply): void {
    void reply.status(405).header('allow', 'POST').send(NO_SESSIONS);
  }

  @Delete()
  @ApiExcludeEndpoint()
  end(@Res() reply: FastifyReply): void {
    void reply.status(405).header('allow', 'POST').send(NO_SESSIONS);
  }
}

/** The request as the protocol's transport wants it; the body has been read. The host is no part of any decision. */
function requestOf({ method, headers }: FastifyRequest): Request {
  const plain = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !name.startsWith(':') ? [[name, value]] : [],
  );
  return new Request('http://localhost/mcp', { method, headers: plain });
}
