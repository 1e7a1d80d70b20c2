/**
 * Addresses on Slack. A person is `U…` (or `W…` in an organisation) and is written to in the direct message that the id opens; a
 * room is `C…` (`G…` in old private ones), a thread of a room `C…:<ts>`. A direct message is one person whatever threads it has, so
 * that its own id `D…` is no address: it is kept as the route `dm`, because everything but a new message asks for it.
 */
const PERSON = /^[UW][A-Z0-9]{2,20}$/;
const ROOM = /^[CG][A-Z0-9]{2,20}$/;
const DIRECT = /^D[A-Z0-9]{2,20}$/;
/** The id of a message inside its conversation; it is text, for as a number it loses digits. */
const TS = /^\d{10}\.\d{6}$/;

/** Where a call goes: the conversation or person, and the thread in a room. */
export interface Place {
  channel: string;
  threadTs?: string;
}

/** One message: the conversation it is in and its stamp there. */
export interface MessageRef {
  channel: string;
  ts: string;
}

/** Reads a canonical address; undefined for what is none. */
export function placeOf(address: string): Place | undefined {
  const [channel = '', threadTs, ...rest] = address.split(':');
  if (rest.length > 0) return undefined;
  if (threadTs === undefined) return isPerson(channel) || isRoom(channel) ? { channel } : undefined;
  return isRoom(channel) && isTs(threadTs) ? { channel, threadTs } : undefined;
}

/** Reads a provider's message id, `<channel>:<ts>`; undefined for what is none. */
export function messageRefOf(providerMessageId: string): MessageRef | undefined {
  const [channel = '', ts = '', ...rest] = providerMessageId.split(':');
  const isConversation = isRoom(channel) || isDirect(channel);
  return rest.length === 0 && isConversation && isTs(ts) ? { channel, ts } : undefined;
}

/** The provider's message id, unique in the account: a stamp alone is unique only in its conversation. */
export function messageId({ channel, ts }: MessageRef): string {
  return `${channel}:${ts}`;
}

/** The address of a room, or of the thread in it; a thread's first message belongs to the room. */
export function roomAddress(channel: string, ts: string | undefined, threadTs: unknown): string {
  return isTs(threadTs) && threadTs !== ts ? `${channel}:${threadTs}` : channel;
}

export function isPerson(id: unknown): id is string {
  return typeof id === 'string' && PERSON.test(id);
}

export function isRoom(id: unknown): id is string {
  return typeof id === 'string' && ROOM.test(id);
}

export function isDirect(id: unknown): id is string {
  return typeof id === 'string' && DIRECT.test(id);
}

export function isTs(value: unknown): value is string {
  return typeof value === 'string' && TS.test(value);
}
