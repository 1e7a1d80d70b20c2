import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Db, findBatch, findTemplate, type KeyOwner } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { existingUuid, notFound } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { idempotencyKeyOf } from '../send/send-headers.js';
import { BULK_BODY } from './bulk-send.dto.js';
import { BulkSends } from './bulk-sends.js';
import { batchJson, type BatchView } from './views.js';

@ApiTags('campaigns')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/templates')
export class TemplatesController {
  constructor(
    private readonly db: Db,
    private readonly bulk: BulkSends,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'One template with what it asks for' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<object> {
    return (await findTemplate(this.db, workspaceId, existingUuid(id, 'template'))) ?? notFound('template');
  }

  @Post(':id/sends')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Sends an approved template to up to 10,000 numbers; results stand at the place of their number',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Up to 255 characters; the same key and body give the same bulk send.',
  })
  @ApiBody({ schema: BULK_BODY })
  async send(
    @Caller() caller: KeyOwner,
    @Param('id') templateId: string,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchView> {
    const key = idempotencyKeyOf(request);
    const id = await this.bulk.take({ caller, templateId, body: json.value, bytes: json.bytes, key });
    const row = await findBatch(this.db, caller.workspaceId, id);
    void reply.header('location', `/v1/batches/${id}`);
    return row === undefined ? notFound('batch') : batchJson(row);
  }
}
