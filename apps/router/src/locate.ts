import { capabilitiesOf, isUuid, type ChannelKind, type ErrorCode } from '@skein/contracts';
import {
  findKnownAddresses,
  findTargets,
  type RoutableMessage,
  type Sql,
  type Target,
  type TargetQuestion,
} from '@skein/persistence';
import type { Catalog, CatalogChannel } from './catalog.js';

/** Where a message goes, or why it cannot go anywhere. */
export type Location =
  | {
      channel: CatalogChannel;
      address: string;
      /** Whose address it is, where it is made from that. */ userId?: string;
    }
  | { code: ErrorCode; detail: string };

const NO_SUCH_USER = { code: 'not_found', detail: 'No contact has this userId.' } as const;
const NO_ADDRESS = {
  code: 'no_conversation',
  detail: 'The contact has no address on this channel.',
} as const;
const NO_CHANNEL = {
  code: 'no_conversation',
  detail: 'No channel is named and the contact has not written yet.',
} as const;
const NO_CONVERSATION = {
  code: 'no_conversation',
  detail: 'There is no conversation with this address.',
} as const;
const NEVER_WROTE = {
  code: 'no_conversation',
  detail: 'The platform lets only people be written to who wrote first.',
} as const;
const UNKNOWN_CHANNEL = {
  code: 'unknown_channel',
  detail: 'The channel does not exist or is disconnected.',
} as const;

/** Finds channel and address of every message: three reads for a batch, none of them for plain addresses. */
export async function locate(sql: Sql, catalog: Catalog, messages: RoutableMessage[]): Promise<Location[]> {
  const questions = messages.map(questionOf);
  const asked = questions.filter((question) => question !== undefined);
  const answers = await findTargets(sql, asked);
  const targets = new Map(asked.map((question, index) => [question, answers[index]]));
  const targetOf = (index: number): Target | undefined => {
    const question = questions[index];
    return question === undefined ? undefined : targets.get(question);
  };
  const channelIds = messages.map((message, index) => channelIdOf(message, targetOf(index)));
  const channels = await catalog.channels(
    sql,
    channelIds.filter((id) => id !== null),
  );
  const strangers = await findStrangers(sql, messages, channelIds, channels);
  return messages.map((message, index) => {
    const channelId = channelIds[index] ?? null;
    const channel = channelId === null ? undefined : channels.get(channelId);
    return locationOf(message, questions[index], targetOf(index), channelId, channel, strangers.has(index));
  });
}

function questionOf(message: RoutableMessage): TargetQuestion | undefined {
  const { to, channelId, kind } = message.command;
  const base = { workspaceId: message.workspace_id, channelId: channelId ?? null, kind: kind ?? null };
  if (message.turn_address !== null) return undefined;
  if ('userId' in to) return { ...base, userId: to.userId, threadId: null };
  const threadId =
    'conversationId' in to
      ? to.conversationId
      : 'address' in to && isUuid(to.address)
        ? to.address
        : undefined;
  return threadId === undefined ? undefined : { ...base, userId: null, threadId };
}

function channelIdOf(message: RoutableMessage, target: Target | undefined): string | null {
  return message.turn_channel_id ?? message.command.channelId ?? target?.channel_id ?? null;
}

function plainAddress({ command: { to } }: RoutableMessage): string | undefined {
  if ('phoneNumber' in to) return to.phoneNumber;
  if ('email' in to) return to.email.toLowerCase();
  return 'address' in to && !isUuid(to.address) ? to.address : undefined;
}

/**
 * Plain addresses that may not be written to: form 2 sends into an existing conversation only (FEATURES M2), and on a kind that is warm
 * only the person must have written first (P13).
 */
async function findStrangers(
  sql: Sql,
  messages: RoutableMessage[],
  channelIds: (string | null)[],
  channels: Map<string, CatalogChannel>,
): Promise<Set<number>> {
  const asked = messages.flatMap((message, index) => {
    const channel = channels.get(channelIds[index] ?? '');
    const address = plainAddress(message);
    if (channel === undefined || address === undefined || message.turn_address !== null) return [];
    const isWarmOnly = isWarm(channel.kind);
    if (message.command.form !== 2 && !isWarmOnly) return [];
    return [{ index, workspaceId: message.workspace_id, kind: channel.kind, address, isWarmOnly }];
  });
  const known = await findKnownAddresses(sql, asked);
  const isStranger = (isWarmOnly: boolean, ord: number): boolean =>
    isWarmOnly ? known.get(ord)?.hasWritten !== true : !known.has(ord);
  return new Set(asked.filter((row, ord) => isStranger(row.isWarmOnly, ord)).map((row) => row.index));
}

/** Nobody may be written to before they wrote. */
function isWarm(kind: ChannelKind): boolean {
  return capabilitiesOf(kind)?.cold === false;
}

function locationOf(
  message: RoutableMessage,
  question: TargetQuestion | undefined,
  target: Target | undefined,
  channelId: string | null,
  channel: CatalogChannel | undefined,
  stranger: boolean,
): Location {
  if (question !== undefined && target === undefined)
    return question.userId === null ? NO_CONVERSATION : NO_SUCH_USER;
  if (channelId === null) return NO_CHANNEL;
  if (
    channel === undefined ||
    channel.workspaceId !== message.workspace_id ||
    channel.status === 'disconnected'
  ) {
    return UNKNOWN_CHANNEL;
  }
  if (message.turn_address !== null) return { channel, address: message.turn_address };
  if (target !== undefined) return locationOfContact(channel, target);
  const address = plainAddress(message);
  if (address === undefined) return NO_ADDRESS;
  if (!stranger) return { channel, address };
  return isWarm(channel.kind) ? NEVER_WROTE : NO_CONVERSATION;
}

/** A known user can be reached on a surface of our own before they ever opened it (P12). */
function locationOfContact(channel: CatalogChannel, { address, user_id, has_written }: Target): Location {
  if (address !== null) return isWarm(channel.kind) && !has_written ? NEVER_WROTE : { channel, address };
  const byUser = user_id !== null && capabilitiesOf(channel.kind)?.addressedBy === 'userId';
  return byUser ? { channel, address: `u:${user_id}`, userId: user_id } : NO_ADDRESS;
}
