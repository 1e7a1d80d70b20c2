import { Controller, Delete, Get, HttpCode, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { bodyErrors, resolveTarget, type ChannelKind, type TargetName } from '@skein/contracts';
import { Db, deleteTarget, listTargets, lockTargets, putTarget, type KeyOwner } from '@skein/persistence';
import { WorkspaceTargets } from '@skein/sending';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { notFound, readSafe, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { makeTarget } from './make-target.js';
import { NewTargetDto, TargetChangeDto } from './target.dto.js';

/** A name as the send tool lists it, and what it stands for. */
export interface TargetView {
  /** What to pass as a target. */
  target: string;
  /** Null when what it stood for is gone. */
  platform: ChannelKind | null;
  kind: 'home' | 'alias';
  label: string;
  /** A target in platform syntax, or another name. */
  standsFor: string;
}

@ApiTags('targets')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/targets')
export class TargetsController {
  constructor(
    private readonly db: Db,
    private readonly targets: WorkspaceTargets,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Home chats and aliases of the workspace, as the send tool lists them' })
  async list(@Caller() { workspaceId }: KeyOwner): Promise<{ items: TargetView[]; nextCursor: null }> {
    return { items: targetViews(await listTargets(this.db, workspaceId)), nextCursor: null };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One name' })
  async get(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<TargetView> {
    return viewOf(name, await listTargets(this.db, workspaceId));
  }

  @Post()
  @ApiOperation({ summary: 'Names a chat: a home chat by its platform, an alias by any other name' })
  @ApiBody({ schema: schemaOf(NewTargetDto) })
  async create(@Caller() { workspaceId }: KeyOwner, @JsonBody() json: JsonInput): Promise<TargetView> {
    const dto = readSafe(NewTargetDto, json.value);
    const name = dto.name ?? dto.platform;
    if (name === undefined) return refuseFields([{ field: 'name', reason: 'or platform is required' }]);
    if (dto.platform !== undefined && dto.platform !== name)
      return refuseFields([{ field: 'platform', reason: 'is for a home chat, which has no other name' }]);
    return this.keep(workspaceId, name, dto, true);
  }

  @Put(':name')
  @HttpCode(200)
  @ApiOperation({ summary: 'Gives a name to a chat, or to another one' })
  @ApiBody({ schema: schemaOf(TargetChangeDto) })
  put(
    @Caller() { workspaceId }: KeyOwner,
    @Param('name') name: string,
    @JsonBody() json: JsonInput,
  ): Promise<TargetView> {
    return this.keep(workspaceId, name, readSafe(TargetChangeDto, json.value), false);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes a name away; names that stood for it lead nowhere until it is back' })
  async remove(@Caller() { workspaceId }: KeyOwner, @Param('name') name: string): Promise<void> {
    const odd = bodyErrors({ name }).length > 0;
    if (odd || !(await deleteTarget(this.db, workspaceId, name))) return notFound('target');
    this.targets.forget(workspaceId);
  }

  private async keep(
    workspaceId: string,
    name: string,
    dto: TargetChangeDto,
    isNew: boolean,
  ): Promise<TargetView> {
    const names = await this.db.transaction(async (sql) => {
      const known = await lockTargets(sql, workspaceId);
      if (isNew && known.some((other) => other.name === name))
        return refuseFields([{ field: 'name', reason: 'is the name of another target; PUT changes it' }]);
      const made = makeTarget(name, dto, known);
      await putTarget(sql, workspaceId, made);
      return [...known.filter((other) => other.name !== name), made];
    });
    this.targets.forget(workspaceId);
    return viewOf(name, names);
  }
}

/** Every name as it is told. */
export function targetViews(names: readonly TargetName[]): TargetView[] {
  return names.map(({ name, kind, label, target }) => {
    const found = resolveTarget(name, names);
    const platform = 'target' in found ? found.target.kind : null;
    return { target: name, platform, kind, label, standsFor: target };
  });
}

function viewOf(name: string, names: readonly TargetName[]): TargetView {
  return targetViews(names).find(({ target }) => target === name) ?? notFound('target');
}
