import { teams, textOf } from '@skein/contracts';

const { chat, thread = '' } = teams.addresses;
const ADDRESS = new RegExp(`^(?<chat>${chat})(?::(?<thread>${thread}))?$`);
const CHAT = new RegExp(`^${chat}$`);
const THREAD = new RegExp(`^${thread}$`);

/** Ids of messages are the time of sending in milliseconds; whatever else comes must fit one segment of a path. */
const MESSAGE_ID = /^[\w-]{1,100}$/;
/** What makes a channel's conversation one of its threads. */
const IN_THREAD = ';messageid=';

/** The conversation id on the wire: a thread of a channel is `<id>;messageid=<id of its first message>`. */
export function conversationOf(address: string): string | undefined {
  const found = ADDRESS.exec(address)?.groups;
  if (found?.['chat'] === undefined) return undefined;
  return found['thread'] === undefined ? found['chat'] : `${found['chat']}${IN_THREAD}${found['thread']}`;
}

/** The canonical address of a conversation id; undefined for what is no conversation of this platform. */
export function addressOf(conversation: unknown): string | undefined {
  const [id = '', inside, ...more] = (textOf(conversation) ?? '').split(IN_THREAD);
  if (!CHAT.test(id) || more.length > 0) return undefined;
  if (inside === undefined) return id;
  return THREAD.test(inside) ? `${id}:${inside}` : undefined;
}

/**
 * `<chat>:<message id>`, for message ids are unique in one chat only. The thread is left out: events about a message may come with or
 * without it.
 */
export function messageIdOf(address: string, id: unknown): string | undefined {
  const known = textOf(id);
  const place = ADDRESS.exec(address)?.groups?.['chat'];
  return known !== undefined && place !== undefined && MESSAGE_ID.test(known)
    ? `${place}:${known}`
    : undefined;
}

/** The platform's own id inside a {@link messageIdOf}. */
export function activityIdOf(providerMessageId: string): string | undefined {
  const id = providerMessageId.slice(providerMessageId.lastIndexOf(':') + 1);
  return providerMessageId.includes(':') && MESSAGE_ID.test(id) ? id : undefined;
}
