import { Controller, Get, HttpCode, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Db, listCampaigns, type KeyOwner } from '@skein/persistence';
import type { FastifyRequest } from 'fastify';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { knownQuery, pageQuery, refuseFields, type Query as QueryMap } from '../http/query.js';
import { bytesOf, readJson } from '../http/raw-body.js';
import { RETRY_BODY } from './bulk-send.dto.js';
import { CampaignActions } from './campaign-actions.js';
import { campaignJson } from './views.js';

/** A cursor that is the id of a campaign. */
const ID_CURSOR = /^[^\0]{1,200}$/su;

const LATE = 'What the channel has taken already goes on.';

@ApiTags('campaigns')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    private readonly db: Db,
    private readonly actions: CampaignActions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Campaigns by id: every message with the same campaignId is one' })
  async list(@Caller() { workspaceId }: KeyOwner, @Query() query: QueryMap): Promise<object> {
    knownQuery(query, ['limit', 'cursor']);
    const page = await listCampaigns(this.db, workspaceId, pageQuery(query, ID_CURSOR));
    return { items: page.items.map(campaignJson), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a campaign is: counts by status' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<object> {
    return campaignJson(await this.actions.existing(workspaceId, id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: `Stops what waits, until it is resumed. ${LATE}` })
  async pause(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<object> {
    return { ...campaignJson(await this.actions.pause(workspaceId, id)), detail: LATE };
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a paused campaign go on' })
  async resume(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<object> {
    return campaignJson(await this.actions.resume(workspaceId, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: `Ends what waits, is held or is scheduled; it never goes out. ${LATE}` })
  async cancel(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<object> {
    const { campaign, canceled } = await this.actions.cancel(workspaceId, id);
    return { ...campaignJson(campaign), canceled, detail: LATE };
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends what failed once more; each failed message is tried again once' })
  @ApiBody({ schema: RETRY_BODY, required: false })
  async retry(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const batches = await this.actions.retry(workspaceId, id, includesUnknown(request));
    const retried = batches.reduce((sum, batch) => sum + batch.total, 0);
    return { campaignId: id, retried, batches: batches.map((batch) => batch.id) };
  }
}

/** The body may be left out. @throws `invalid_request` */
function includesUnknown(request: FastifyRequest): boolean {
  const value = bytesOf(request).length === 0 ? {} : readJson(request).value;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuseFields([{ field: 'body', reason: 'must be a JSON object' }]);
  const { includeUnknown = false, ...rest } = value as Record<string, unknown>;
  const errors = Object.keys(rest).map((field) => ({ field, reason: 'is not a known field' }));
  if (typeof includeUnknown !== 'boolean')
    errors.push({ field: 'includeUnknown', reason: 'must be a boolean' });
  return errors.length > 0 ? refuseFields(errors) : (includeUnknown as boolean);
}
