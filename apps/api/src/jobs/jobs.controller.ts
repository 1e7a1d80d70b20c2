import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { ID_PATTERN, JOB_RUN_STATES, subjects, type JobRunState } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import {
  Db,
  deleteJob,
  findJob,
  listJobs,
  listRuns,
  pauseJob,
  putJob,
  resumeJob,
  triggerJob,
  type JobRunView,
  type JobView,
  type KeyOwner,
  type Page,
} from '@skein/persistence';
import type { FastifyRequest } from 'fastify';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import {
  knownQuery,
  notFound,
  pageQuery,
  refuseFields,
  SEQ_CURSOR,
  valueOf,
  type Query as QueryMap,
} from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { idempotencyKeyOf } from '../send/send-headers.js';
import { JobDto } from './job.dto.js';
import { readJob } from './read-job.js';

@ApiTags('jobs')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The jobs of the workspace' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  list(@Caller() { workspaceId }: KeyOwner, @Query() query: QueryMap): Promise<Page<JobView>> {
    knownQuery(query, ['limit', 'cursor']);
    return listJobs(this.db, workspaceId, pageQuery(query, ID_PATTERN));
  }

  @Get(':name')
  @ApiOperation({ summary: 'One job' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<JobView> {
    return (await findJob(this.db, workspaceId, nameOf(name))) ?? notFound('job');
  }

  @Put(':name')
  @HttpCode(200)
  @ApiOperation({ summary: 'Registers or changes a job; a schedule that is the same keeps its next firing' })
  @ApiBody({ schema: schemaOf(JobDto) })
  async put(
    @Caller() { workspaceId }: KeyOwner,
    @Param('name') name: string,
    @JsonBody() json: JsonInput,
  ): Promise<JobView> {
    const put = await putJob(this.db, workspaceId, readJob(name, json.value));
    return 'errors' in put ? refuseFields(put.errors) : put.job;
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a job and its runs; whoever runs it is refused from then on' })
  async remove(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<void> {
    if (!(await deleteJob(this.db, workspaceId, nameOf(name)))) return notFound('job');
  }

  @Post(':name/trigger')
  @HttpCode(202)
  @ApiOperation({ summary: 'Asks for a run now; the same idempotency key asks for the same run' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  async trigger(
    @Caller() { workspaceId }: KeyOwner,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
  ): Promise<JobRunView> {
    const key = idempotencyKeyOf(request);
    const run = await triggerJob(this.db, workspaceId, nameOf(name), key);
    if (run === undefined) return notFound('job');
    this.link.publishCore(subjects.jobRuns(workspaceId), {});
    return run;
  }

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a job fire no more until it is resumed; a run under way goes on' })
  async pause(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<JobView> {
    return (await pauseJob(this.db, workspaceId, nameOf(name))) ?? notFound('job');
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a job fire again from now on; what fell into the pause is not made up for' })
  async resume(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<JobView> {
    return (await resumeJob(this.db, workspaceId, nameOf(name))) ?? notFound('job');
  }

  @Get(':name/runs')
  @ApiOperation({ summary: 'The runs of a job, the latest first' })
  @ApiQuery({ name: 'state', required: false, enum: JOB_RUN_STATES })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  async runs(
    @Caller() { workspaceId }: KeyOwner,
    @Param('name') name: string,
    @Query() query: QueryMap,
  ): Promise<Page<JobRunView>> {
    knownQuery(query, ['state', 'limit', 'cursor']);
    const known = await findJob(this.db, workspaceId, nameOf(name));
    if (known === undefined) return notFound('job');
    const filter = { workspaceId, name, state: stateOf(query) };
    return listRuns(this.db, filter, pageQuery(query, SEQ_CURSOR));
  }
}

function nameOf(name: string): string {
  return ID_PATTERN.test(name) ? name : notFound('job');
}

function stateOf(query: QueryMap): JobRunState | null {
  const given = valueOf(query, 'state');
  if (given === undefined) return null;
  const state = JOB_RUN_STATES.find((word) => word === given);
  return state ?? refuseFields([{ field: 'state', reason: `must be one of ${JOB_RUN_STATES.join(', ')}` }]);
}
