import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { DeadLetters, type StoredDeadEntry } from '@skein/messaging';
import { pageOf, type KeyOwner } from '@skein/persistence';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { knownQuery, notFound, pageQuery, SEQ_CURSOR, type Query as QueryMap } from '../http/query.js';

@ApiTags('operations')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @Get()
  @ApiOperation({ summary: 'What was given up, with its reason, oldest first' })
  async list(@Caller() caller: KeyOwner, @Query() query: QueryMap): Promise<object> {
    knownQuery(query, ['limit', 'cursor']);
    const { limit, cursor } = pageQuery(query, SEQ_CURSOR);
    const after = cursor === null ? {} : { after: Number(cursor) };
    const entries = await this.letters.listDead(caller.workspaceId, { limit: limit + 1, ...after });
    const page = pageOf(entries, limit, (entry) => String(entry.seq));
    return { items: page.items.map(letterJson), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One dead letter' })
  async get(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<object> {
    const entry = await this.letters.findDead(caller.workspaceId, seqOf(id));
    return entry === undefined ? notFound('dead letter') : letterJson(entry);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Publishes it again where it came from, and removes it' })
  async replay(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<object> {
    const seq = seqOf(id);
    const replayed = await this.letters.replayDead(caller.workspaceId, seq);
    return replayed ? { id, replayed } : notFound('dead letter that can be replayed');
  }
}

function seqOf(id: string): number {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : notFound('dead letter');
}

function letterJson({ seq, ws: _own, ...entry }: StoredDeadEntry): object {
  return { id: String(seq), ...entry };
}
