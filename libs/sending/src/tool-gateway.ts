import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  bodyErrors,
  commandOf,
  newId,
  refusalOf,
  resolveTarget,
  threadTextOf,
  type ChannelScope,
  type MediaContent,
  type MessageContent,
  type SendRequest,
  type TurnClaim,
} from '@skein/contracts';
import {
  mediaKindOf,
  toolOutcomeOf,
  type ListedTarget,
  type SendGateway,
  type ToolFile,
  type ToolOutcome,
} from '@skein/send-tool';
import { Db, isTurnRunning, type AcceptItem } from '@skein/persistence';
import { listedTargets } from './listed-targets.js';
import { outcomeAfter, TurnSends } from './turn-sends.js';
import { WorkspaceChannels } from './workspace-channels.js';
import { WorkspaceTargets } from './workspace-targets.js';

/** Seconds that a tool call waits for its message to be decided. */
const WAIT_S = 10;

/** Keeps a file for the workspace under the type that its bytes show. */
export type StoreFile = (
  workspaceId: string,
  file: ToolFile,
) => Promise<{ mediaId: string; mimeType: string }>;

export interface ToolGatewayOptions {
  /** Folders whose files may be sent. */
  folders: readonly string[];
  store: StoreFile;
  /** The agent whose channels alone may be used; null = any of the workspace, the turn's agent's first. */
  keyAgentId?: string | null;
  /** Equal for a repetition of the same call, such as the id a model gave it. */
  requestKey?: string;
}

/** Makes what the send tool needs, for a turn whose claim the caller holds. */
@Injectable()
export class ToolGateways {
  constructor(
    private readonly db: Db,
    private readonly channels: WorkspaceChannels,
    private readonly targets: WorkspaceTargets,
    private readonly sends: TurnSends,
  ) {}

  /** The gateway of one turn. It stays closed when the turn is over. */
  of(turn: TurnClaim, options: ToolGatewayOptions): SendGateway {
    return {
      folders: options.folders,
      isOpen: () => isTurnRunning(this.db, turn.workspaceId, turn),
      list: () => this.list(turn),
      send: (target, text, files) => this.send(turn, options, target, text, files),
    };
  }

  private async list({ workspaceId, channelId }: TurnClaim): Promise<ListedTarget[]> {
    const channels = await this.channels.of(workspaceId);
    const platform = channels.find(({ id }) => id === channelId)?.kind;
    const origin = { target: 'origin', kind: 'origin' as const, label: 'Current chat' };
    const names = listedTargets(await this.targets.of(workspaceId));
    return platform === undefined ? names : [{ ...origin, platform }, ...names];
  }

  /** Nothing is stored before the target is known to exist. */
  private async send(
    turn: TurnClaim,
    options: ToolGatewayOptions,
    target: string,
    text: string,
    files: ToolFile[],
  ): Promise<ToolOutcome> {
    const scope = await this.scopeOf(turn, options);
    const [wrong] = bodyErrors({ message: text, target });
    if (wrong !== undefined) return { is: 'not_delivered', reason: `${wrong.field} ${wrong.reason}` };
    const placed = commandOf(requestOf(turn, scope, target), scope);
    if ('refusal' in placed) return { is: 'not_delivered', reason: placed.refusal.detail };
    const media = await Promise.all(files.map((file) => mediaOf(turn, options.store, file)));
    const content: MessageContent = {
      ...(text === '' ? {} : { text }),
      ...(media.length > 0 ? { media } : {}),
    };
    return this.accept(turn, itemOf(turn, { ...placed.command, content }), options.requestKey);
  }

  private async accept(
    turn: TurnClaim,
    item: AcceptItem,
    requestKey: string | undefined,
  ): Promise<ToolOutcome> {
    try {
      const sent = await this.sends.send(turn, item, requestKey ?? null, WAIT_S);
      return toolOutcomeOf(outcomeAfter(sent), sent.row?.detail);
    } catch (error) {
      if (refusalOf(error)?.code === 'forbidden') return { is: 'no_turn' };
      throw error;
    }
  }

  private async scopeOf(turn: TurnClaim, { keyAgentId = null }: ToolGatewayOptions): Promise<ChannelScope> {
    const [channels, targets] = await Promise.all([
      this.channels.of(turn.workspaceId),
      this.targets.of(turn.workspaceId),
    ]);
    return { channels, targets, keyAgentId, turnChannelId: turn.channelId };
  }
}

type RequestPlace = Pick<SendRequest, 'to' | 'channelId' | 'agentId'>;

/** The turn's own chat, or a target on the channel that the turn's agent has of its kind, else on the workspace's. */
function placeOf(turn: TurnClaim, { channels, targets }: ChannelScope, target: string): RequestPlace {
  if (target === 'origin') return { channelId: turn.channelId, to: { conversationId: turn.conversationId } };
  const found = resolveTarget(target, targets);
  const kind = 'target' in found ? found.target.kind : undefined;
  const isOwn = channels.some((channel) => channel.kind === kind && channel.agentId === turn.agentId);
  return { to: { target }, ...(isOwn ? { agentId: turn.agentId } : {}) };
}

function requestOf(turn: TurnClaim, scope: ChannelScope, target: string): SendRequest {
  return {
    ...placeOf(turn, scope, target),
    form: 1,
    content: {},
    options: {},
    campaignId: 'api',
    origin: 'tool',
    dueAt: null,
    idempotencyKey: null,
  };
}

function itemOf({ workspaceId }: TurnClaim, command: AcceptItem['command']): AcceptItem {
  return {
    workspaceId,
    messageId: newId(),
    idempotencyKey: null,
    bodyHash: createHash('sha256').update(JSON.stringify(command)).digest(),
    command,
    author: 'agent',
    origin: 'tool',
    purpose: 'message',
    campaignId: 'api',
    dueAt: null,
    text: threadTextOf(command.content),
  };
}

async function mediaOf({ workspaceId }: TurnClaim, store: StoreFile, file: ToolFile): Promise<MediaContent> {
  const { mediaId, mimeType } = await store(workspaceId, file);
  return { media: mediaKindOf(mimeType), source: { mediaId }, filename: file.filename };
}
