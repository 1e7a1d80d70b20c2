import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import {
  SEND_LIMITS,
  SendTemplateDto,
  TURN_HEADER,
  type Outcome,
  type SendPlan,
  type SendSurface,
} from '@skein/contracts';
import type { KeyOwner } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { problemOf, type Problem } from '../http/problem.js';
import { refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { BATCH_BODY, SEND_BODY, SEND_HEADERS } from '../openapi/send-schemas.js';
import { schemaOf } from '../openapi/schema-of.js';
import { answerWith } from './answer-with.js';
import { idempotencyKeyOf, waitOf } from './send-headers.js';
import { turnOf } from './turn-header.js';
import { Sender, type BatchEntry } from './sender.js';

type BatchResult = ({ index: number } & Outcome) | { index: number; error: Problem };

@ApiTags('send')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/messages')
export class SendsController {
  constructor(
    private readonly sender: Sender,
    private readonly config: ApiConfig,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a message, to a person (form 1) or into a conversation (form 2)' })
  @SEND_HEADERS
  @ApiBody({ schema: SEND_BODY })
  send(
    @Caller() caller: KeyOwner,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcome> {
    return this.answer('http', caller, json, request, reply);
  }

  @Post('template')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends an approved template, at any time' })
  @SEND_HEADERS
  @ApiBody({ schema: schemaOf(SendTemplateDto) })
  sendTemplate(
    @Caller() caller: KeyOwner,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcome> {
    return this.answer('template', caller, json, request, reply);
  }

  @Post('plan')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What would become of a send: channel, window, consent, exact parts and losses; sends nothing',
  })
  @ApiBody({ schema: SEND_BODY })
  plan(@Caller() caller: KeyOwner, @JsonBody() json: JsonInput): Promise<SendPlan> {
    return this.sender.plan(caller, json.value);
  }

  @Post('batch')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends up to 1,000 messages; results stand at the place of their item' })
  @SEND_HEADERS
  @ApiBody({ schema: BATCH_BODY })
  async sendBatch(
    @Caller() caller: KeyOwner,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
  ): Promise<{ results: BatchResult[] }> {
    if (request.headers[TURN_HEADER] !== undefined)
      return refuseFields([
        { field: 'Skein-Turn', reason: 'does not fit: a turn sends one message at a time' },
      ]);
    const key = idempotencyKeyOf(request);
    const entries = await this.sender.sendBatch({ caller, bytes: json.bytes, key }, bodiesOf(json.value));
    return { results: entries.map(resultOf) };
  }

  private async answer(
    surface: SendSurface,
    caller: KeyOwner,
    json: JsonInput,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Outcome> {
    const input = {
      caller,
      bytes: json.bytes,
      body: json.value,
      surface,
      key: idempotencyKeyOf(request),
      wait: waitOf(request),
      turn: turnOf(request, caller, this.config.secretKey),
    };
    return answerWith(reply, await this.sender.send(input));
  }
}

/** A list of sends, bare or as `{messages: [...]}`. */
function bodiesOf(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : (value as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(list)) return refuseFields([{ field: 'messages', reason: 'must be a list of sends' }]);
  if (list.length === 0 || list.length > SEND_LIMITS.batch) {
    return refuseFields([{ field: 'messages', reason: `must have 1 to ${SEND_LIMITS.batch} items` }]);
  }
  return list as unknown[];
}

function resultOf(entry: BatchEntry, index: number): BatchResult {
  return 'refusal' in entry ? { index, error: problemOf(entry.refusal) } : { index, ...entry.outcome };
}
