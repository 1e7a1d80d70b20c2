import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import {
  CONVERSATION_CURSOR,
  Db,
  findConversation,
  listConversations,
  listThreadMessages,
  type ConversationView,
  type KeyOwner,
} from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import {
  existingUuid,
  knownQuery,
  notFound,
  pageQuery,
  SEQ_CURSOR,
  valueOf,
  type Query as QueryMap,
} from '../http/query.js';
import { entryJson } from '../messages/message-view.js';

@ApiTags('conversations')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/conversations')
export class ConversationsController {
  constructor(private readonly db: Db) {}

  @Get()
  @ApiOperation({ summary: 'The conversations of the workspace, the liveliest first' })
  async list(@Caller() caller: KeyOwner, @Query() query: QueryMap): Promise<object> {
    knownQuery(query, ['userId', 'limit', 'cursor']);
    const userId = valueOf(query, 'userId') ?? null;
    const page = await listConversations(
      this.db,
      caller.workspaceId,
      userId,
      pageQuery(query, CONVERSATION_CURSOR),
    );
    return { items: page.items.map(conversationJson), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One conversation and its contact' })
  async get(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<object> {
    const found = await findConversation(this.db, caller.workspaceId, existingUuid(id, 'conversation'));
    return found === undefined ? notFound('conversation') : conversationJson(found);
  }

  @Get(':id/messages')
  @ApiOperation({ summary: 'The entries of a conversation, oldest first' })
  async messages(
    @Caller() caller: KeyOwner,
    @Param('id') id: string,
    @Query() query: QueryMap,
  ): Promise<object> {
    knownQuery(query, ['limit', 'cursor']);
    const threadId = existingUuid(id, 'conversation');
    const page = await listThreadMessages(
      this.db,
      caller.workspaceId,
      threadId,
      pageQuery(query, SEQ_CURSOR),
    );
    if (page.items.length === 0) {
      const found = await findConversation(this.db, caller.workspaceId, threadId);
      if (found === undefined) return notFound('conversation');
    }
    return { items: page.items.map(entryJson), nextCursor: page.nextCursor };
  }
}

function conversationJson({ sortKey: _inside, ...conversation }: ConversationView): object {
  return { ...conversation, conversationId: conversation.id };
}
