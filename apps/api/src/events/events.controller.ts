import { Controller, Get, Headers, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { EVENT_TYPES, refuse, type PublicEvent } from '@skein/contracts';
import { isMissing, NatsLink } from '@skein/messaging';
import type { KeyOwner } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, Caller, keyOf } from '../http/api-key.guard.js';
import { KeyRing } from '../http/key-ring.js';
import { knownQuery, refuseFields, valueOf, type Query as QueryMap } from '../http/query.js';
import { EventStream } from './event-stream.js';
import { EventStreams } from './event-streams.js';
import { idOf, positionOf, type Position, type Start } from './position.js';
import { findStart } from './read-events.js';

const FILTERS = ['type', 'conversationId', 'messageId'];
const RESUME = 'Last-Event-ID';

@ApiTags('events')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly link: NatsLink,
    private readonly keys: KeyRing,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'The events of the workspace as they happen, as server-sent events; each has its type as event, an id to resume from and its JSON as data',
  })
  @ApiProduces('text/event-stream')
  @ApiHeader({
    name: RESUME,
    required: false,
    description:
      'Goes on after this event. The answer has the same header: the place where this stream starts. An event `gap` tells that events may be missing (they are kept 7 days).',
  })
  @ApiQuery({ name: 'type', required: false, description: `Comma separated: ${EVENT_TYPES.join(', ')}.` })
  @ApiQuery({ name: 'conversationId', required: false })
  @ApiQuery({ name: 'messageId', required: false })
  async follow(
    @Caller() { workspaceId }: KeyOwner,
    @Query() query: QueryMap,
    @Headers(RESUME.toLowerCase()) resume: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    knownQuery(query, FILTERS);
    const [types, matches] = [typesOf(query), matcherOf(query)];
    const start = await this.startAt(lastOf(resume));
    const key = keyOf(request) ?? '';
    // From here to the place in the list nothing waits, so that a thousand at once do not all find room.
    this.streams.checkRoom(workspaceId);
    void reply.hijack();
    const stream = new EventStream(reply.raw, { [RESUME.toLowerCase()]: idOf(start.position) });
    // A browser keeps the id of a block without data: it resumes even when it is cut off before the first event.
    void stream.send({ retry: '1000', ...(start.gap === undefined ? { id: idOf(start.position) } : {}) });
    const isWelcome = async () => (await this.keys.ownerOf(key)) !== undefined;
    await this.streams.serve(stream, { workspaceId, types, start, matches, isWelcome });
  }

  private async startAt(last: Position | undefined): Promise<Start> {
    try {
      return await findStart(this.link, last);
    } catch (error) {
      if (isMissing(error)) return refuse('unavailable', 'There is no stream of events right now.');
      throw error;
    }
  }
}

function lastOf(id: string | undefined): Position | undefined {
  if (id === undefined || id === '') return undefined;
  return positionOf(id) ?? refuseFields([{ field: RESUME, reason: 'is not the id of an event' }]);
}

function typesOf(query: QueryMap): string[] {
  const types = [...new Set(valueOf(query, 'type')?.split(',') ?? [])];
  const unknown = types.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
  if (unknown !== undefined)
    return refuseFields([{ field: 'type', reason: `must be among ${EVENT_TYPES.join(', ')}` }]);
  return types;
}

function matcherOf(query: QueryMap): (event: PublicEvent) => boolean {
  const conversationId = valueOf(query, 'conversationId');
  const messageId = valueOf(query, 'messageId');
  return (event) =>
    (conversationId === undefined || event.conversationId === conversationId) &&
    (messageId === undefined || event.messageId === messageId);
}
