import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Db, listTemplates, type KeyOwner } from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { knownQuery, valueOf, type Query as QueryMap } from '../http/query.js';

@ApiTags('channels')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1')
export class CatalogController {
  constructor(private readonly db: Db) {}

  @Get('templates')
  @ApiOperation({ summary: 'Templates with the parameters each of them asks for' })
  @ApiQuery({ name: 'channelId', required: false })
  async templates(@Caller() caller: KeyOwner, @Query() query: QueryMap): Promise<object> {
    knownQuery(query, ['channelId']);
    const channelId = valueOf(query, 'channelId') ?? null;
    return { items: await listTemplates(this.db, caller.workspaceId, channelId), nextCursor: null };
  }
}
