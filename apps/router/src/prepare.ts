import type { ErrorCode } from '@skein/contracts';
import {
  ELDERS_LIMIT,
  enrichContacts,
  findElders,
  loadRoutable,
  lockLanes,
  resolveRecipients,
  type LaneState,
  type Resolved,
  type ResolvedRecipient,
  type ResolveItem,
  type RoutableMessage,
  type Sql,
} from '@skein/persistence';
import type { Catalog, CatalogChannel } from './catalog.js';
import { locate, type Location } from './locate.js';

/** A message with everything that deciding on it needs. */
export interface Ready {
  message: RoutableMessage;
  channel: CatalogChannel;
  who: ResolvedRecipient;
}

export interface Refused {
  message: RoutableMessage;
  code: ErrorCode;
  detail: string;
  channel?: CatalogChannel;
  who?: ResolvedRecipient;
}

/** A batch under the locks of its lanes. */
export interface Prepared {
  ready: Ready[];
  refused: Refused[];
  lanes: Map<string, LaneState>;
}

/** Locates, resolves and locks; then takes in whatever is older on the same people, once. */
export async function prepare(sql: Sql, catalog: Catalog, messages: RoutableMessage[]): Promise<Prepared> {
  const first = await resolveMessages(sql, catalog, messages);
  const lanes = await lockLanes(
    sql,
    first.ready.map(({ who }) => who.laneId),
  );
  const elders = await findElders(
    sql,
    first.ready.map(({ who, message }) => ({ contactId: who.contactId, seq: message.seq })),
    messages.map((message) => message.id),
    [...new Set(first.ready.map(({ channel }) => channel.kind))],
  );
  if (elders.length === 0) return { ...first, lanes };
  const more = await resolveMessages(
    sql,
    catalog,
    (await loadRoutable(sql, elders)).filter(isNewTo(messages)),
  );
  const moreLanes = await lockLanes(
    sql,
    more.ready.map(({ who }) => who.laneId),
  );
  // With more elders than one batch takes, only they go now; the sweeper brings the newer ones back.
  const newer = elders.length < ELDERS_LIMIT ? first.ready : [];
  const ready = [...newer, ...more.ready].sort((a, b) => Number(a.message.seq) - Number(b.message.seq));
  return { ready, refused: [...first.refused, ...more.refused], lanes: new Map([...lanes, ...moreLanes]) };
}

function isNewTo(messages: RoutableMessage[]): (message: RoutableMessage) => boolean {
  const loaded = new Set(messages.map((message) => message.id));
  return (message) => mayGo(message) && !loaded.has(message.id);
}

/** Accepted, and of no campaign that was paused or canceled. */
export function mayGo(message: RoutableMessage): boolean {
  return message.status === 'accepted' && message.campaign_state === null;
}

/** Locates each message and leads it to its contact, thread and lane. */
export async function resolveMessages(
  sql: Sql,
  catalog: Catalog,
  messages: RoutableMessage[],
): Promise<Omit<Prepared, 'lanes'>> {
  const locations = await locate(sql, catalog, messages);
  const located = messages.flatMap((message, index) => {
    const location = locations[index] as Location;
    return 'code' in location ? [] : [{ message, ...location }];
  });
  const found = located.length === 0 ? [] : await resolveRecipients(sql, located.map(resolveItemOf));
  const ready: Ready[] = [];
  const refused: Refused[] = messages.flatMap((message, index) => {
    const location = locations[index] as Location;
    return 'code' in location ? [{ message, ...location }] : [];
  });
  located.forEach(({ message, channel }, index) => {
    const who = found[index] as Resolved;
    if (!('error' in who)) ready.push({ message, channel, who });
    else
      refused.push({ message, channel, code: who.error, detail: 'The address belongs to another contact.' });
  });
  await enrichContacts(
    sql,
    ready.flatMap(({ message, who }) =>
      message.command.client ? [{ contactId: who.contactId, client: message.command.client }] : [],
    ),
  );
  return { ready, refused };
}

function resolveItemOf(located: {
  message: RoutableMessage;
  channel: CatalogChannel;
  address: string;
  userId?: string;
}): ResolveItem {
  const { message, channel, address, userId } = located;
  return {
    workspaceId: message.workspace_id,
    kind: channel.kind,
    channelId: channel.id,
    agentId: channel.agentId,
    address,
    ...(userId === undefined ? {} : { userId }),
    provenance: message.origin ?? 'reply',
    ...(message.command.client === undefined ? {} : { client: message.command.client }),
  };
}
