import { Controller, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { ID_PATTERN, newId } from '@skein/contracts';
import {
  changeAgent,
  createAgent,
  Db,
  findAgent,
  listAgents,
  type AgentView,
  type KeyOwner,
} from '@skein/persistence';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { notFound, readSafe, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { AgentChangeDto, NewAgentDto } from './agent.dto.js';
import type { BackendDto } from './backend.dto.js';
import { makeBackend, type MadeBackend } from './make-backend.js';

/** An agent, and once after it was made the secret that its turns are signed with. */
type AgentAnswer = AgentView & { signingSecret?: string };

@ApiTags('agents')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/agents')
export class AgentsController {
  constructor(
    private readonly db: Db,
    private readonly config: ApiConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The agents of the workspace' })
  async list(@Caller() caller: KeyOwner): Promise<object> {
    return { items: await listAgents(this.db, caller.workspaceId), nextCursor: null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One agent' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('id') id: string): Promise<AgentView> {
    return (ID_PATTERN.test(id) ? await findAgent(this.db, workspaceId, id) : undefined) ?? notFound('agent');
  }

  @Post()
  @ApiOperation({ summary: 'Creates an agent; the secret that signs its turns is told here and never again' })
  @ApiBody({ schema: schemaOf(NewAgentDto) })
  async create(@Caller() { workspaceId }: KeyOwner, @JsonBody() json: JsonInput): Promise<AgentAnswer> {
    const {
      id = newId(),
      name,
      backend = { type: 'concierge' },
      ...rules
    } = readSafe(NewAgentDto, json.value);
    const made = this.backendOf(backend, workspaceId, id);
    const agent = await createAgent(this.db, { workspaceId, id, name, backend: made.backend, ...rules });
    if (agent === undefined)
      return refuseFields([{ field: 'id', reason: 'is the id of another agent of the workspace' }]);
    return answerOf(agent, made);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Changes name, backend, turns or credits; a new HTTP backend has a new signing secret',
  })
  @ApiBody({ schema: schemaOf(AgentChangeDto) })
  async change(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<AgentAnswer> {
    if (!ID_PATTERN.test(id)) return notFound('agent');
    const { name, backend, ...rules } = readSafe(AgentChangeDto, json.value);
    const made = backend && this.backendOf(backend, workspaceId, id);
    const agent = await changeAgent(this.db, workspaceId, id, {
      ...(name === undefined ? {} : { name }),
      ...(made === undefined ? {} : { backend: made.backend }),
      ...rules,
    });
    return agent === undefined ? notFound('agent') : answerOf(agent, made);
  }

  private backendOf(dto: BackendDto, workspaceId: string, id: string): MadeBackend {
    return makeBackend(dto, `${workspaceId}/${id}`, this.config.secretKey);
  }
}

function answerOf(agent: AgentView, made: MadeBackend | undefined): AgentAnswer {
  return made?.signingSecret === undefined ? agent : { ...agent, signingSecret: made.signingSecret };
}
