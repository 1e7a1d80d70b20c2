import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { InboxButton, InboxEntry, InboxMedia } from '../core/kind.js';
import { blobUrl } from '../core/own-links.js';
import type { Account } from './accounts.js';
import type { Conversation, SlackMessage } from './conversations.js';
import type { SlackSide } from './side.js';

/** Something that can be pressed or chosen. */
export interface ShownElement {
  id: string;
  title: string;
  element: JsonObject;
  option?: JsonObject;
  blockId: string;
}

/** What can be pressed in a message, in its order. */
export function elementsOf(blocks: readonly JsonObject[]): ShownElement[] {
  return blocks.flatMap((block, index) => {
    const blockId = textOf(block['block_id']) ?? `b${index}`;
    const elements = [...listOf(block['elements']), block['accessory']].filter(isObject);
    return elements.flatMap((element) => shownElements(element, blockId));
  });
}

function shownElements(element: JsonObject, blockId: string): ShownElement[] {
  const options = listOf(element['options']).filter(isObject);
  if (options.length > 0) {
    return options.map((option) => ({
      id: String(option['value']),
      title: labelOf(option),
      element,
      option,
      blockId,
    }));
  }
  if (element['type'] !== 'button') return [];
  const id = textOf(element['value']) ?? textOf(element['url']) ?? String(element['action_id']);
  return [{ id, title: labelOf(element), element, blockId }];
}

function labelOf(element: JsonObject): string {
  return textOf(objectOf(element['text'])?.['text']) ?? '';
}

/** A message of the app as the people of the conversation see it. */
export function presentMessage(
  side: SlackSide,
  account: Account,
  place: Conversation,
  message: SlackMessage,
): InboxEntry & JsonObject {
  const { ts, atMs, threadTs, reactions, editedTs, raw } = message;
  const buttons = elementsOf(message.blocks).map(buttonOf);
  const media = mediaOf(side, message);
  return {
    id: `${place.id}:${ts}`,
    at: side.world.clock.stamp(atMs),
    channelId: account.config.channelId,
    type: message.files.length > 0 ? 'file' : message.blocks.length > 0 ? 'blocks' : 'text',
    text: message.text === '' ? null : message.text,
    ...(buttons.length === 0 ? {} : { buttons }),
    ...(media === undefined ? {} : { media }),
    ...(threadTs === null ? {} : { threadTs }),
    ...(editedTs === null ? {} : { editedTs }),
    ...(reactions.length === 0 ? {} : { reactions }),
    raw,
  };
}

function buttonOf({ id, title, element, option }: ShownElement): InboxButton {
  const url = textOf(element['url']);
  const description = textOf(objectOf(option?.['description'])?.['text']);
  return {
    ...{ id, title, type: url === undefined ? String(element['type']) : 'url' },
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
  };
}

/** The first file, or the first picture of the blocks. */
function mediaOf({ world }: SlackSide, { files, blocks }: SlackMessage): InboxMedia | undefined {
  const [file] = files;
  if (file) {
    const { mimeType, sha256, size, name: filename } = file;
    const type = mimeType.split('/')[0] ?? 'file';
    return { type, url: blobUrl(world, sha256, mimeType), mimeType, sha256, size, filename };
  }
  const pictures = [...blocks, ...blocks.map((block) => objectOf(block['accessory']) ?? {})];
  const url = textOf(pictures.find((each) => each['type'] === 'image')?.['image_url']);
  return url === undefined ? undefined : { type: 'image', url };
}
