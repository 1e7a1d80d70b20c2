import { Controller, Get, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Db, findBatch, listBatchResults, type BatchRow, type KeyOwner } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStream } from '../events/event-stream.js';
import { ApiKeyGuard, Caller, keyOf } from '../http/api-key.guard.js';
import { KeyRing } from '../http/key-ring.js';
import { existingUuid, knownQuery, notFound, pageQuery, type Query as QueryMap } from '../http/query.js';
import { BatchProgress } from './batch-progress.js';
import { batchJson, resultJson, type BatchView } from './views.js';

/** A cursor that is a place. */
const INDEX_CURSOR = /^\d{1,9}$/;

@ApiTags('campaigns')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/batches')
export class BatchesController {
  constructor(
    private readonly db: Db,
    private readonly progress: BatchProgress,
    private readonly keys: KeyRing,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'How far a bulk send is: counts by status' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<BatchView> {
    return batchJson(await this.existing(workspaceId, id));
  }

  @Get(':id/results')
  @ApiOperation({ summary: 'What became of every place of the list, in its order' })
  async results(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @Query() query: QueryMap,
  ): Promise<object> {
    knownQuery(query, ['limit', 'cursor']);
    const page = pageQuery(query, INDEX_CURSOR);
    await this.existing(workspaceId, id);
    const { items, nextCursor } = await listBatchResults(this.db, workspaceId, id, page);
    return { items: items.map(resultJson), nextCursor };
  }

  @Get(':id/events')
  @ApiOperation({
    summary:
      'Progress as server-sent events, at most two in a second; the last one, `done` or `canceled`, ends the stream',
  })
  @ApiProduces('text/event-stream')
  async events(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id: batchId } = await this.existing(workspaceId, id);
    this.progress.checkRoom(workspaceId);
    const key = keyOf(request) ?? '';
    void reply.hijack();
    const stream = new EventStream(reply.raw, {});
    const isWelcome = async () => (await this.keys.ownerOf(key)) !== undefined;
    await this.progress.serve(stream, { workspaceId, batchId, isWelcome });
  }

  private async existing(workspaceId: string, id: string): Promise<BatchRow> {
    return (await findBatch(this.db, workspaceId, existingUuid(id, 'batch'))) ?? notFound('batch');
  }
}
