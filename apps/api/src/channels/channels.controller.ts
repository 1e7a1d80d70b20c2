import { Controller, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { CAPABILITIES, newId, refuse, type ChannelRow } from '@skein/contracts';
import {
  changeChannel,
  createChannel,
  Db,
  findChannel,
  insertOutbox,
  listChannels,
  sealCredentials,
  type ChangedChannel,
  type KeyOwner,
  type OutboxRow,
} from '@skein/persistence';
import { WorkspaceChannels } from '@skein/sending';
import { ApiConfig } from '../api.config.js';
import { ApiKeyGuard, Caller } from '../http/api-key.guard.js';
import { readSafe, refuseFields } from '../http/query.js';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { schemaOf } from '../openapi/schema-of.js';
import { FactTeller } from '../messages/tell-facts.js';
import { CredentialCheck } from './credential-check.js';
import { ChannelChangeDto, NewChannelDto } from './channel.dto.js';

@ApiTags('channels')
@ApiSecurity('key')
@UseGuards(ApiKeyGuard)
@Controller('v1/channels')
export class ChannelsController {
  constructor(
    private readonly db: Db,
    private readonly config: ApiConfig,
    private readonly channels: WorkspaceChannels,
    private readonly check: CredentialCheck,
    private readonly teller: FactTeller,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The channels of the workspace' })
  async list(@Caller() caller: KeyOwner): Promise<object> {
    return { items: await listChannels(this.db, caller.workspaceId), nextCursor: null };
  }

  @Get('capabilities')
  @ApiOperation({ summary: 'What each kind can do, with the source of every limit' })
  capabilities(): object {
    return { items: Object.values(CAPABILITIES), nextCursor: null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One channel' })
  async get(@Caller() caller: KeyOwner, @Param('id') id: string): Promise<ChannelRow> {
    return (isOdd(id) ? undefined : await findChannel(this.db, caller.workspaceId, id)) ?? unknownChannel();
  }

  @Post()
  @ApiOperation({ summary: 'Creates a channel for one account of one platform' })
  @ApiBody({ schema: schemaOf(NewChannelDto) })
  async create(@Caller() caller: KeyOwner, @JsonBody() json: JsonInput): Promise<ChannelRow> {
    const { credentials, settings = {}, ...dto } = readSafe(NewChannelDto, json.value);
    const id = dto.id ?? newId();
    const account = await this.accountOf(dto, credentials);
    const sealed = credentials === undefined ? null : this.seal(id, credentials);
    const made = await createChannel(this.db, {
      ...dto,
      id,
      account,
      workspaceId: caller.workspaceId,
      settings,
      credentials: sealed,
    });
    if (made === 'no_agent') return noAgent();
    if (made === 'taken')
      return refuse('identity_conflict', 'The id or the account is used by another channel.');
    this.channels.forget(caller.workspaceId);
    return made;
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes name, agent, settings or credentials; settings are merged' })
  @ApiBody({ schema: schemaOf(ChannelChangeDto) })
  async change(
    @Caller() caller: KeyOwner,
    @Param('id') id: string,
    @JsonBody() json: JsonInput,
  ): Promise<ChannelRow & { previousAgentId?: string }> {
    if (isOdd(id)) return unknownChannel();
    const { credentials, ...change } = readSafe(ChannelChangeDto, json.value);
    if (credentials !== undefined) await this.checkSame(caller, id, credentials);
    const sealed = credentials === undefined ? {} : { credentials: this.seal(id, credentials) };
    const { changed, told } = await this.db.transaction(async (sql) => {
      const row = await changeChannel(sql, caller.workspaceId, id, { ...change, ...sealed });
      const isMoved = typeof row === 'object' && row.previousAgentId !== row.agentId;
      return { changed: row, told: isMoved ? await insertOutbox(sql, 'api', [reassigned(row)]) : [] };
    });
    if (changed === 'no_agent') return noAgent();
    this.teller.tell([], told);
    this.channels.forget(caller.workspaceId);
    return changed ? shownChange(changed) : unknownChannel();
  }

  /** Credentials say whose they are; an `account` beside them must be the same. */
  private async accountOf(
    { kind, account }: NewChannelDto,
    credentials: object | undefined,
  ): Promise<string> {
    if (credentials === undefined)
      return account ?? refuseFields([{ field: 'account', reason: 'is required without credentials' }]);
    const theirs = await this.check.accountOf(kind, credentials);
    if (account === undefined || account === theirs) return theirs;
    return refuseFields([{ field: 'account', reason: `is not the account of the credentials, ${theirs}` }]);
  }

  /** New credentials must be for the same account: another one is another channel. */
  private async checkSame({ workspaceId }: KeyOwner, id: string, credentials: object): Promise<void> {
    const channel = (await findChannel(this.db, workspaceId, id)) ?? unknownChannel();
    const account = await this.check.accountOf(channel.kind, credentials);
    if (account !== channel.account)
      refuseFields([
        { field: 'credentials', reason: `belong to ${account}, the channel is ${channel.account}` },
      ]);
  }

  private seal(channelId: string, credentials: object): Buffer {
    const { secretKey } = this.config;
    return secretKey === undefined
      ? refuse('unavailable', 'Credentials cannot be stored: the server has no SKEIN_SECRET_KEY.')
      : sealCredentials(secretKey, channelId, credentials);
  }
}

/** Text that Postgres cannot even compare. */
function isOdd(id: string): boolean {
  return id.includes('\u0000');
}

function noAgent(): never {
  return refuseFields([{ field: 'agentId', reason: 'is not an agent of the workspace' }]);
}

/** R8: one account answers for one agent, and whoever loses it is told. */
function reassigned(channel: ChangedChannel): Omit<OutboxRow, 'id'> {
  const { id: channelId, workspaceId, agentId, previousAgentId } = channel;
  const at = new Date().toISOString();
  const data = { channelId, agentId, previousAgentId };
  return {
    workspaceId,
    type: 'channel-reassigned',
    items: [{ id: newId(), type: 'channel-reassigned', at, data }],
  };
}

/** The agent before is named only where it was another one. */
function shownChange({
  previousAgentId,
  ...channel
}: ChangedChannel): ChannelRow & { previousAgentId?: string } {
  return previousAgentId === channel.agentId ? channel : { ...channel, previousAgentId };
}

function unknownChannel(): never {
  return refuse('unknown_channel', 'There is no such channel.');
}
