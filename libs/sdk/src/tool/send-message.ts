import { join } from 'node:path';
import type { ChannelKind, Outcome, TurnRequest } from '@skein/contracts';
import {
  callSendTool,
  mediaKindOf,
  toolOutcomeOf,
  type ListedTarget,
  type SendGateway,
  type SendToolArguments,
  type ToolFile,
  type ToolOutcome,
} from '@skein/send-tool';
import { currentTurn } from '../context.js';
import type { Requester } from '../http/requester.js';
import { uploadMedia } from '../messages/media.js';
import { send } from '../messages/send.js';
import type { Content, Page, SendInput } from '../messages/types.js';
import { dataDirOf, type SkeinSettings } from '../settings.js';

/**
 * Sends a message in the middle of a turn: to where it came from, to a platform's home chat, to a chat, or to an alias.
 * `action: 'list'` tells what there is. Never throws: what happened is told in a sentence.
 */
export interface SendMessage {
  (args: SendToolArguments & { action: 'list' }): Promise<ListedTarget[] | string>;
  (args?: SendToolArguments & { action?: 'send' }): Promise<string>;
  (args: SendToolArguments): Promise<ListedTarget[] | string>;
}

/** {@link SendMessage} over a requester; the turn is the one in whose handler it is called. */
export function sendMessageOver(requester: Requester, settings: () => SkeinSettings): SendMessage {
  const call = (args: SendToolArguments = {}): Promise<ListedTarget[] | string> =>
    callSendTool(args, gatewayOf(requester, settings().mediaFolders));
  return call as SendMessage;
}

function gatewayOf(requester: Requester, folders?: readonly string[]): SendGateway | undefined {
  const turn = currentTurn();
  if (turn === undefined) return undefined;
  const { request } = turn;
  return {
    folders: folders ?? [join(dataDirOf(), 'outbox')],
    isOpen: async () => !turn.isOver && (await isStillRunning(requester, request)),
    list: () => list(requester, request),
    send: (target, text, files) => sendTo(requester, request, target, text, files),
  };
}

/** The server knows when the turn was given to another process; when it cannot be asked, the send itself tells. */
async function isStillRunning(requester: Requester, { turnToken }: TurnRequest): Promise<boolean> {
  try {
    await requester.request({ method: 'GET', path: '/v1/turns/current', turnToken });
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'forbidden';
  }
}

interface TargetView extends Omit<ListedTarget, 'platform'> {
  /** Null for a name that leads nowhere. */
  platform: ChannelKind | null;
}

async function list(requester: Requester, { channel }: TurnRequest): Promise<ListedTarget[]> {
  const page = await requester.request<Page<TargetView>>({ method: 'GET', path: '/v1/targets' });
  const origin = { target: 'origin', platform: channel.kind, kind: 'origin' as const, label: 'Current chat' };
  const named = page.items.flatMap(({ target, platform, kind, label }) =>
    platform === null ? [] : [{ target, platform, kind, label }],
  );
  return [origin, ...named];
}

async function sendTo(
  requester: Requester,
  turn: TurnRequest,
  target: string,
  text: string,
  files: ToolFile[],
): Promise<ToolOutcome> {
  try {
    const stored = await Promise.all(files.map((file) => mediaOf(requester, file)));
    const said: Content[] = [...(text === '' ? [] : [{ text }]), ...stored];
    const content = said.length === 1 ? said[0] : { parts: said };
    return toolOutcomeOf(await sendOn(requester, turn, target, content ?? {}));
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** A platform that several agents have a channel on means the channel of this turn's agent. */
async function sendOn(
  requester: Requester,
  { agentId, channel, conversationId }: TurnRequest,
  target: string,
  content: Content,
): Promise<Outcome> {
  if (target === 'origin') return send(requester, { channelId: channel.id, to: { conversationId }, content });
  const input: SendInput = { to: { target }, content };
  return send(requester, input).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'ambiguous_channel') throw error;
    return send(requester, { ...input, agentId });
  });
}

async function mediaOf(requester: Requester, file: ToolFile): Promise<Content> {
  const { id: mediaId, mimeType } = await uploadMedia(requester, file);
  return { [mediaKindOf(mimeType)]: { mediaId, filename: file.filename } };
}

function outcomeOfError(error: unknown): ToolOutcome {
  const { code, message, messageId } = error as { code?: string; message?: string; messageId?: string };
  if (code === 'forbidden') return { is: 'no_turn' };
  if (code === 'unknown_outcome')
    return { is: 'held', reason: 'it is not known whether it went out; do not send it again.' };
  const why = message ?? 'something went wrong';
  return { is: 'not_delivered', reason: messageId === undefined ? why : `${code}: ${why}` };
}
