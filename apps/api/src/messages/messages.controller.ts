import { Controller, Delete, Get, Param, Patch, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { MESSAGE_STATUSES, readDue, readScheduleTime, type Outcome } from '@skein/contracts';
import { Db, findMessage, listMessages, readTimeline, type KeyOwner } from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import {
  existingUuid,
  knownQuery,
  notFound,
  pageQuery,
  readSafe,
  refuseFields,
  SEQ_CURSOR,
  valueOf,
  type Query as QueryMap,
} from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { MessageChanges } from './changes.js';
import { messageJson, timelineItems, type TimelineItem } from './message-view.js';
import { RescheduleDto } from './reschedule.dto.js';

const FILTERS = ['status', 'channel', 'userId', 'campaignId', 'since', 'limit', 'cursor'];

@ApiTags('messages')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/messages')
export class MessagesController {
  constructor(
    private readonly db: Db,
    private readonly changes: MessageChanges,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What was sent, newest first' })
  @ApiQuery({ name: 'status', required: false, enum: MESSAGE_STATUSES })
  @ApiQuery({ name: 'channel', required: false, description: 'A kind or a channel id.' })
  @ApiQuery({ name: 'since', required: false, description: 'ISO 8601.' })
  async list(@Caller() caller: KeyOwner, @Query() query: QueryMap): Promise<object> {
    knownQuery(query, FILTERS);
    const filter = {
      status: statusOf(query),
      channel: valueOf(query, 'channel') ?? null,
      userId: valueOf(query, 'userId') ?? null,
      campaignId: valueOf(query, 'campaignId') ?? null,
      since: sinceOf(query, caller.timeZone),
    };
    const page = await listMessages(this.db, caller.workspaceId, filter, pageQuery(query, SEQ_CURSOR));
    return { items: page.items.map(messageJson), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One message and its outcome' })
  async get(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<object> {
    const row = await findMessage(this.db, caller.workspaceId, existingUuid(id, 'message'));
    return row === undefined ? notFound('message') : messageJson(row);
  }

  @Get(':id/timeline')
  @ApiOperation({ summary: 'Every decision, attempt and answer, in plain words' })
  async timeline(
    @Caller() caller: KeyOwner,
    @Param('id') id: string,
  ): Promise<{ items: TimelineItem[]; nextCursor: null }> {
    const stored = await readTimeline(this.db, caller.workspaceId, existingUuid(id, 'message'));
    return stored === undefined ? notFound('message') : { items: timelineItems(stored), nextCursor: null };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancels a scheduled or held message' })
  cancel(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<Outcome> {
    return this.changes.cancel(caller.workspaceId, existingUuid(id, 'message'));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Moves a scheduled message to another time' })
  @ApiBody({ schema: schemaOf(RescheduleDto) })
  async reschedule(
    @Caller() caller: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<Outcome> {
    const messageId = existingUuid(id, 'message');
    const dto = readSafe(RescheduleDto, json.value);
    const { dueAt, errors } = readDue(dto, { now: new Date(), timeZone: caller.timeZone });
    if (errors.length > 0) return refuseFields(errors);
    if (dueAt === null) return refuseFields([{ field: 'scheduleTime', reason: 'or delay is required' }]);
    return this.changes.reschedule(caller.workspaceId, messageId, dueAt);
  }
}

function statusOf(query: QueryMap): string | null {
  const status = valueOf(query, 'status');
  if (status === undefined) return null;
  const known = (MESSAGE_STATUSES as readonly string[]).includes(status);
  return known
    ? status
    : refuseFields([{ field: 'status', reason: `must be one of ${MESSAGE_STATUSES.join(', ')}` }]);
}

function sinceOf(query: QueryMap, timeZone: string): Date | null {
  const since = valueOf(query, 'since');
  if (since === undefined) return null;
  return (
    readScheduleTime(since, timeZone) ??
    refuseFields([{ field: 'since', reason: 'must be an ISO 8601 date and time' }])
  );
}
