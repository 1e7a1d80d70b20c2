import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ChatLine, InboxButton, InboxEntry, InboxMedia, PersonSummary } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { Conversation, Message } from './conversations.js';
import type { TeamsSide } from './side.js';

/** What this platform shows besides: that a message was changed, and its thread. */
interface TeamsEntry extends InboxEntry {
  edited: boolean;
  thread: string | null;
}

export function presentMessage(
  side: TeamsSide,
  { config }: Account,
  conversation: Conversation,
  message: Message,
): TeamsEntry {
  const { activity } = message;
  const attachments = listOf(activity['attachments']).filter(isObject);
  const cards = attachments
    .map((each) => objectOf(each['content']))
    .filter((card) => card?.['type'] === 'AdaptiveCard');
  const buttons = cards.flatMap((card) => buttonsOf(card ?? {}));
  const lines = cards.flatMap((card) => textsOf(card?.['body']));
  const media = mediaOf(attachments);
  return {
    id: `${conversation.id}:${message.id}`,
    at: side.world.clock.stamp(message.atMs),
    channelId: config.channelId,
    type: cards.length > 0 ? 'card' : (media?.type ?? 'text'),
    text: textOf(activity['text']) ?? (lines.length > 0 ? lines.join('\n') : null),
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(media ? { media } : {}),
    edited: message.edited,
    thread: message.thread,
    raw: activity,
  };
}

/** What can be pressed on a card: its actions, and rows that are pressed as a whole. */
export function buttonsOf(card: JsonObject): InboxButton[] {
  const rows = listOf(card['body']).map((block) => objectOf(objectOf(block)?.['selectAction']));
  const actions = listOf(card['actions']).map(objectOf);
  return [...rows, ...actions].filter((each) => each !== undefined).map(buttonOf);
}

function buttonOf(action: JsonObject): InboxButton {
  const url = textOf(action['url']);
  const data = objectOf(action['data']);
  const id = url ?? textOf(data?.['skeinAction']) ?? JSON.stringify(data ?? {});
  const shown = { id, title: textOf(action['title']) ?? '', type: textOf(action['type']) ?? '' };
  return url === undefined ? shown : { ...shown, url };
}

/** The words of a card from top to bottom. */
function textsOf(blocks: unknown): string[] {
  return listOf(blocks).flatMap((block) => {
    const found = objectOf(block);
    const text = textOf(found?.['text']);
    if (text !== undefined) return [text];
    const runs = textsOf(found?.['inlines']);
    return runs.length > 0 ? [runs.join('')] : textsOf(found?.['items']);
  });
}

function mediaOf(attachments: readonly JsonObject[]): InboxMedia | undefined {
  const image = attachments.find((each) => textOf(each['contentType'])?.startsWith('image/'));
  if (!image) return undefined;
  const [mimeType, filename, sha256] = ['contentType', 'name', 'sha256'].map((name) => textOf(image[name]));
  const size = typeof image['size'] === 'number' ? { size: image['size'] } : {};
  return { type: 'image', url: textOf(image['contentUrl']) ?? '', mimeType, filename, sha256, ...size };
}

/** Everyone who has received or written something, the most recent first. */
export function summaries(side: TeamsSide): PersonSummary[] {
  const all = [...side.accounts.values()].flatMap(({ conversations }) => [...conversations.values()]);
  const lively = all.filter(({ messages }) => messages.length > 0);
  const lines = lively.map(({ id, name, messages }) => ({
    address: id,
    name,
    messages: messages.length,
    unread: messages.filter(({ direction, read }) => direction === 'in' && !read).length,
    lastAt: side.world.clock.stamp(messages.at(-1)?.atMs ?? 0),
  }));
  return lines.sort((one, other) => other.lastAt.localeCompare(one.lastAt));
}

/** One line of a chat as the page shows it. */
export function chatLine(
  side: TeamsSide,
  account: Account,
  conversation: Conversation,
  message: Message,
): ChatLine {
  const { at, text, buttons, media, edited } = presentMessage(side, account, conversation, message);
  const note = message.deleted ? 'deleted' : edited ? 'edited' : undefined;
  return {
    at,
    direction: message.direction,
    text: text ?? '',
    buttons: buttons ?? [],
    media: media ? [media] : [],
    ...(note === undefined ? {} : { note }),
  };
}
