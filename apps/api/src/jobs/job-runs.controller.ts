import { Controller, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { refuse, type ClaimedRun } from '@skein/contracts';
import { Db, endRun, extendRun, findRun, type JobRunView, type KeyOwner } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { goneOf } from '../http/gone.js';
import { existingUuid, notFound, readSafe, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { idempotencyKeyOf } from '../send/send-headers.js';
import { ClaimDto, HeartbeatDto, ResultDto } from './job.dto.js';
import { RunWaiter } from './run-waiter.js';

const NOT_YOURS = 'The run is no longer yours.';

/** What workers call: they take runs, show that they live, and tell how it went. */
@ApiTags('jobs')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/jobs')
export class JobRunsController {
  constructor(
    private readonly db: Db,
    private readonly config: ApiConfig,
    private readonly waiter: RunWaiter,
  ) {}

  @Post('claim')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Takes runs of these jobs, or waits for some; the same idempotency key takes the same runs',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiBody({ schema: schemaOf(ClaimDto) })
  async claim(
    @Caller() { workspaceId }: KeyOwner,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ runs: ClaimedRun[] }> {
    const { names, max = 1, wait = 0, worker = null } = readSafe(ClaimDto, json.value);
    const { jobLeaseMs: leaseMs } = this.config;
    const claim = { workspaceId, names, max, worker, leaseMs, key: idempotencyKeyOf(request) };
    const gone = goneOf(reply.raw);
    const runs = await this.waiter.claim(claim, wait, gone);
    // Whoever went away while the rows were taken will not run them, and did not try.
    if (gone.aborted) await this.release(workspaceId, runs);
    return { runs };
  }

  @Post('runs/:id/heartbeat')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keeps a run; 409 when it is no longer yours' })
  @ApiBody({ schema: schemaOf(HeartbeatDto) })
  async heartbeat(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<{ leaseMs: number }> {
    const run = existingUuid(id, 'run');
    const { token } = readSafe(HeartbeatDto, json.value);
    const { jobLeaseMs: leaseMs } = this.config;
    const isKept = await extendRun(this.db, { workspaceId, id: run, token }, leaseMs);
    if (isKept) return { leaseMs };
    const known = await findRun(this.db, workspaceId, run);
    return known === undefined ? notFound('run') : refuse('superseded', NOT_YOURS);
  }

  @Post('runs/:id/result')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a run; 409 when it is no longer yours' })
  @ApiBody({ schema: schemaOf(ResultDto) })
  async result(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<JobRunView> {
    const run = existingUuid(id, 'run');
    const { token, status, error = null } = readSafe(ResultDto, json.value);
    if (error !== null && status !== 'failed')
      return refuseFields([{ field: 'error', reason: 'goes with status failed alone' }]);
    const ended = await endRun(this.db, { workspaceId, id: run, token }, status, error);
    if (ended === undefined) return notFound('run');
    return ended === 'superseded' ? refuse('superseded', NOT_YOURS) : ended;
  }

  private async release(workspaceId: string, runs: ClaimedRun[]): Promise<void> {
    for (const { id, token } of runs) await endRun(this.db, { workspaceId, id, token }, 'released', null);
  }
}
