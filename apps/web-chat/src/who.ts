import { createHash } from 'node:crypto';
import type { ChannelAccount } from '@skein/channel-kit';
import { webChat as capabilities } from '@skein/contracts';
import type { WebChatConfig } from './config.js';
import type { Desk } from './desk.js';
import type { Place } from './entries.js';
import { homeOf, isTaken, takeOver } from './homes.js';
import type { ClientFrame, UserProof } from './protocol.js';
import type { Speaker } from './said.js';
import { claimsOf, isProved, newVisitor, signed } from './tokens.js';

type Account = ChannelAccount<WebChatConfig>;

export interface Who {
  kind: 'visitor' | 'user';
  speaker: Speaker;
  /** Where the conversation is kept; not always the address itself. */
  place: Place;
  token: string;
  key: string;
}

const ADDRESS = new RegExp(`^(?:${capabilities.addresses.chat})$`);

/** Who says hello; undefined when they claim to be a user and the proof is wrong. A token that is not ours makes a new visitor. */
export async function whoIs(
  { token, user }: Extract<ClientFrame, { type: 'hello' }>,
  account: Account,
  desk: Desk,
): Promise<Who | undefined> {
  const visitor = await visitorOf(token, account, desk);
  if (user !== undefined) return userOf(user, visitor, account, desk);
  const address = visitor ?? newVisitor();
  const { config, id: channelId } = account;
  return {
    kind: 'visitor',
    speaker: { address },
    place: { channelId, address },
    token: signed(config.visitorSecret, channelId, 'visitor', { address }),
    key: keyOf(channelId, address),
  };
}

/** The visitor that the token was given to, unless a user has taken the conversation over. */
async function visitorOf(
  token: string | undefined,
  { config, id: channelId }: Account,
  { db }: Desk,
): Promise<string | undefined> {
  const address = claimsOf(config.visitorSecret, channelId, 'visitor', token)?.['address'];
  if (typeof address !== 'string') return undefined;
  return (await isTaken(db, { channelId, address })) ? undefined : address;
}

async function userOf(
  { id: userId, hash, name }: UserProof,
  visitor: string | undefined,
  account: Account,
  desk: Desk,
): Promise<Who | undefined> {
  const { config, id: channelId, workspaceId } = account;
  const address = `u:${userId}`;
  if (!ADDRESS.test(address) || !isProved(userId, hash, config.identitySecret)) return undefined;
  if (visitor !== undefined)
    await takeOver(desk.db, workspaceId, { channelId, visitor, user: address, userId });
  const home = await homeOf(desk.db, { channelId, address });
  // Told at every hello, for the first time may have failed; a fact that is known changes nothing.
  if (home !== address) {
    const at = new Date().toISOString();
    const event = { type: 'readdressed' as const, address, previous: home, userId, at };
    await desk.kit.accept(account, [{ ...event, eventId: `${address}:from:${home}` }]);
  }
  return {
    kind: 'user',
    speaker: { address, userId, ...(name === undefined ? {} : { name }) },
    place: { channelId, address: home },
    token: signed(config.visitorSecret, channelId, 'upload', { address: home }),
    key: keyOf(channelId, address),
  };
}

function keyOf(channelId: string, address: string): string {
  return createHash('sha256').update(`${channelId}\n${address}`).digest('base64url').slice(0, 16);
}
