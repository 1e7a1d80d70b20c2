import { randomBytes } from 'node:crypto';
import { Controller, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { bodyErrors, ID_PATTERN, newId, refuse } from '@skein/contracts';
import {
  changeAgent,
  createAgent,
  Db,
  findAgent,
  listAgents,
  sealCredentials,
  type AgentBackend,
  type AgentView,
  type KeyOwner,
} from '@skein/persistence';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { notFound, readBody, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { AgentChangeDto, NewAgentDto, type BackendDto } from './agent.dto.js';

/** Seconds that an HTTP backend may take for one try unless told otherwise. */
const TIMEOUT_S = 30;

/** An agent, and once after it was made the secret that its turns are signed with. */
type AgentAnswer = AgentView & { signingSecret?: string };

interface MadeBackend {
  backend: AgentBackend;
  signingSecret?: string;
}

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
    const { id = newId(), name, backend = { type: 'concierge' } } = readSafe(NewAgentDto, json.value);
    const made = this.backendOf(backend, workspaceId, id);
    const agent = await createAgent(this.db, { workspaceId, id, name, backend: made.backend });
    if (agent === undefined)
      return refuseFields([{ field: 'id', reason: 'is the id of another agent of the workspace' }]);
    return answerOf(agent, made);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes name or backend; a new HTTP backend has a new signing secret' })
  @ApiBody({ schema: schemaOf(AgentChangeDto) })
  async change(
    @Caller() { workspaceId }: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<AgentAnswer> {
    if (!ID_PATTERN.test(id)) return notFound('agent');
    const { name, backend } = readSafe(AgentChangeDto, json.value);
    const made = backend && this.backendOf(backend, workspaceId, id);
    const agent = await changeAgent(this.db, workspaceId, id, {
      ...(name === undefined ? {} : { name }),
      ...(made === undefined ? {} : { backend: made.backend }),
    });
    return agent === undefined ? notFound('agent') : answerOf(agent, made);
  }

  private backendOf(dto: BackendDto, workspaceId: string, id: string): MadeBackend {
    const { type, url, timeoutSeconds = TIMEOUT_S, apology } = dto;
    const said = apology === undefined ? {} : { apology };
    if (type === 'concierge') {
      const odd = url !== undefined;
      if (odd)
        return refuseFields([{ field: 'backend.url', reason: 'does not fit: the concierge is built in' }]);
      return { backend: { type, ...said } };
    }
    if (url === undefined)
      return refuseFields([{ field: 'backend.url', reason: 'is required when type is http' }]);
    const { secretKey } = this.config;
    if (secretKey === undefined)
      return refuse('unavailable', 'Secrets cannot be stored: the server has no SKEIN_SECRET_KEY.');
    const signingSecret = `whsec_${randomBytes(24).toString('base64')}`;
    const sealed = sealCredentials(secretKey, `${workspaceId}/${id}`, { secret: signingSecret });
    return {
      backend: { type, url, timeoutSeconds, ...said, sealed: sealed.toString('base64') },
      signingSecret,
    };
  }
}

function answerOf(agent: AgentView, made: MadeBackend | undefined): AgentAnswer {
  return made?.signingSecret === undefined ? agent : { ...agent, signingSecret: made.signingSecret };
}

function readSafe<T extends object>(Class: new () => T, body: unknown): T {
  const unsafe = bodyErrors(body);
  return unsafe.length > 0 ? refuseFields(unsafe) : readBody(Class, body);
}
