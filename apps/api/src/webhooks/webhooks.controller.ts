import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeAnswer, encodeWebhook, WEBHOOK_HEADER } from '@skein/channel-kit';
import {
  ID_PATTERN,
  isChannelKind,
  refuse,
  subjects,
  type ChannelKind,
  type RawAnswer,
  type RawRequest,
} from '@skein/contracts';
import { isMissing, NatsLink } from '@skein/messaging';
import { LOGGER, RepeatedLog, type Logger } from '@skein/runtime';
import { headers } from '@nats-io/nats-core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../http/query.js';
import { bytesOf } from '../http/raw-body.js';

/** A provider gives up after 10 to 20 s; so does the service behind us. */
const ANSWER_MS = 10_000;

/** Hands providers' calls over to the channel service, bytes untouched, and gives back its answer. Knows no channel. */
@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  private readonly repeated: RepeatedLog;

  constructor(
    private readonly link: NatsLink,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  @Post(':kind/:channelId')
  @ApiOperation({ summary: "A provider's callback" })
  post(
    @Param('kind') kind: string,
    @Param('channelId') channelId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.handOver('POST', kind, channelId, request, reply);
  }

  @Get(':kind/:channelId')
  @ApiOperation({ summary: "A provider's handshake" })
  get(
    @Param('kind') kind: string,
    @Param('channelId') channelId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.handOver('GET', kind, channelId, request, reply);
  }

  private async handOver(
    method: RawRequest['method'],
    kind: string,
    channelId: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string> {
    if (!isChannelKind(kind) || !ID_PATTERN.test(channelId)) return notFound('webhook address');
    const answer = await this.ask(kind, channelId, rawOf(method, request));
    void reply
      .status(answer.status)
      .header('content-type', answer.contentType ?? 'text/plain; charset=utf-8');
    void reply.header('x-content-type-options', 'nosniff');
    return answer.body ?? '';
  }

  /** Anything but an answer is 503: nothing is known to be stored, so the provider must come again. */
  private async ask(kind: ChannelKind, channelId: string, raw: RawRequest): Promise<RawAnswer> {
    const { data, header } = encodeWebhook({ channelId, raw });
    const fields = headers();
    fields.set(WEBHOOK_HEADER, header);
    try {
      const message = await this.link.nats.request(subjects.webhook(kind), data, {
        timeout: ANSWER_MS,
        headers: fields,
      });
      return decodeAnswer(message.data);
    } catch (error) {
      if (!isMissing(error))
        this.repeated.warn(`webhook:${kind}`, { err: error, kind }, 'a webhook was not answered');
      return refuse('unavailable', 'The channel service cannot take the event right now.');
    }
  }
}

function rawOf(method: RawRequest['method'], request: FastifyRequest): RawRequest {
  const url = new URL(request.url, 'http://localhost');
  return {
    method,
    path: url.pathname,
    search: url.search,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body: bytesOf(request),
  };
}
