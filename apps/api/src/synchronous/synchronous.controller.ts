import { applyDecorators, Controller, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { mediaUrl } from '@skein/channel-kit';
import { errorOf, refuse, type ChannelRow, type MediaSource } from '@skein/contracts';
import type { KeyOwner, TurnAnswerRow } from '@skein/persistence';
import { WorkspaceChannels } from '@skein/sending';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { goneOf } from '../http/gone.js';
import { refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { idempotencyKeyOf } from '../send/send-headers.js';
import { answerOf } from './answer.js';
import { ANSWER_SCHEMA, ERRORS } from './openapi.js';
import { readRequest } from './read-request.js';
import { SynchronousMessageDto } from './request.dto.js';
import { SynchronousRequests } from './requests.js';
import { AnswerWaiter, type Waited } from './answer-waiter.js';

/** Seconds that a caller waits for the agent, unless the channel says otherwise. */
const AGENT_TIMEOUT_S = 55;

/** The synchronous API channel: a message in, the agent's answer out. */
@ApiTags('channels')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('api/v1/channels')
export class SynchronousController {
  constructor(
    private readonly channels: WorkspaceChannels,
    private readonly requests: SynchronousRequests,
    private readonly answers: AnswerWaiter,
    private readonly config: ApiConfig,
  ) {}

  @Post(':channelId/messages')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Says something in the name of a contact, and answers with what the agent says to it',
  })
  @ApiHeader({
    name: 'X-Idempotency-Key',
    required: false,
    description:
      'Up to 255 characters; the same key and body give the same answer, also while the first request runs.',
  })
  @ApiBody({ schema: schemaOf(SynchronousMessageDto) })
  @ApiResponse({ status: 200, description: 'The agent has answered', schema: ANSWER_SCHEMA })
  @documentedErrors()
  async send(
    @Caller() caller: KeyOwner,
    @Param('channelId') channelId: string,
    @JsonBody() { bytes, value }: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const channel = await this.channelOf(caller, channelId);
    const key = idempotencyKeyOf(request);
    const { messageId, answer } = await this.requests.accept({
      channel,
      request: readRequest(value),
      bytes,
      key,
    });
    const text = answer ?? (await this.answerTo(channel, messageId, key, goneOf(reply.raw)));
    void reply.header('content-type', 'application/json; charset=utf-8');
    return text;
  }

  /** @throws `unknown_channel`, `forbidden`, and `invalid_request` for a channel of another kind */
  private async channelOf({ workspaceId, agentId }: KeyOwner, id: string): Promise<ChannelRow> {
    const channel = (await this.channels.of(workspaceId)).find((one) => one.id === id);
    if (channel === undefined) return refuse('unknown_channel', 'There is no such channel.');
    if (agentId !== null && channel.agentId !== agentId)
      return refuse('forbidden', 'The channel belongs to another agent.');
    if (channel.kind === 'api') return channel;
    return refuseFields([
      { field: 'channelId', reason: `is a ${channel.kind} channel and not an API channel` },
    ]);
  }

  private async answerTo(
    { workspaceId, settings }: ChannelRow,
    messageId: string,
    key: string | null,
    gone: AbortSignal,
  ): Promise<string> {
    const seconds = settings.agentTimeoutSeconds ?? AGENT_TIMEOUT_S;
    const row = answeredRow(
      await this.answers.wait({ workspaceId, messageId }, seconds, gone),
      messageId,
      seconds,
    );
    const answer = JSON.stringify(answerOf(row, (source) => this.addressOf(workspaceId, source)));
    return key === null ? answer : this.requests.keep({ workspaceId, key, messageId, answer });
  }

  /** Our own files are reached by a signed address; what the agent named is public already. */
  private addressOf(workspaceId: string, source: MediaSource): string {
    if ('url' in source) return source.url;
    const { publicUrl, port, secretKey = '' } = this.config;
    return mediaUrl(
      publicUrl ?? `http://127.0.0.1:${port}`,
      { workspaceId, mediaId: source.mediaId },
      secretKey,
    );
  }
}

/** The turn that was waited for. @throws why there is no answer to give */
function answeredRow({ how, row }: Waited, messageId: string, seconds: number): TurnAnswerRow {
  if (how === 'late')
    return refuse('agent_timeout', `The agent has not answered within ${seconds} s.`, { messageId });
  if (how !== 'answered' || row === undefined)
    return refuse('unavailable', 'The service is stopping; the agent goes on. Repeat with the same key.', {
      messageId,
    });
  const said = row.replies.filter((reply) => errorOf(reply) === undefined);
  if (said.length > 0) return row;
  const [lost] = row.replies;
  if (lost !== undefined)
    return refuse(errorOf(lost) ?? 'provider_rejected', lost.detail ?? 'The answer cannot be shown.', {
      messageId,
    });
  if (row.state === 'done') return row;
  return refuse('unavailable', "The agent failed to answer; the message's timeline says why.", { messageId });
}

function documentedErrors(): MethodDecorator {
  const all = Object.entries(ERRORS).map(([status, description]) =>
    ApiResponse({ status: Number(status), description }),
  );
  return applyDecorators(...all);
}
