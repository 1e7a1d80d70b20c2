import { listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { InboxButton, InboxEntry, InboxMedia } from '../core/kind.js';
import { blobUrl, ownFile } from '../core/own-links.js';
import type { ReceivedMessage } from './people.js';
import type { MetaSide } from './side.js';

type Shown = Omit<InboxEntry, 'id' | 'at' | 'channelId' | 'raw'> & { cards?: unknown };

/** A stored request as the person sees it. */
export function presentMessage(side: MetaSide, message: ReceivedMessage): InboxEntry {
  const { id, atMs, channelId, payload } = message;
  return { id, at: side.world.clock.stamp(atMs), channelId, ...showPayload(side, payload), raw: payload };
}

function showPayload(side: MetaSide, payload: JsonObject): Shown {
  if (payload['sender_action'] !== undefined) {
    return { type: 'reaction', text: textOf(objectOf(payload['payload'])?.['reaction']) ?? '' };
  }
  const message = objectOf(payload['message']) ?? {};
  const attachment = objectOf(message['attachment']);
  if (attachment === undefined) {
    const replies = objectsOf(message['quick_replies']).map((reply): InboxButton => ({
      id: textOf(reply['payload']) ?? '',
      title: textOf(reply['title']) ?? '',
      type: 'quick_reply',
    }));
    return { type: 'text', text: textOf(message['text']) ?? null, ...buttonsOf(replies) };
  }
  const type = textOf(attachment['type']) ?? '';
  const inner = objectOf(attachment['payload']) ?? {};
  return type === 'template'
    ? showTemplate(side, inner)
    : { type, text: null, media: showMedia(side, type, inner) };
}

function showTemplate(side: MetaSide, payload: JsonObject): Shown {
  if (payload['template_type'] === 'button') {
    const buttons = objectsOf(payload['buttons']).map(buttonOf);
    return { type: 'button', text: textOf(payload['text']) ?? null, ...buttonsOf(buttons) };
  }
  const cards = objectsOf(payload['elements']).map((element) => ({
    title: element['title'],
    subtitle: element['subtitle'],
    image:
      element['image_url'] === undefined
        ? undefined
        : showLink(side, 'image', textOf(element['image_url']) ?? ''),
    buttons: objectsOf(element['buttons']).map(buttonOf),
  }));
  const text = cards.map(({ title }) => String(title)).join('\n');
  return { type: 'generic', text, cards, ...buttonsOf(cards.flatMap(({ buttons }) => buttons)) };
}

function buttonOf({ type, title, payload, url }: JsonObject): InboxButton {
  const shown = { id: textOf(payload) ?? '', title: textOf(title) ?? '', type: textOf(type) ?? '' };
  const address = textOf(url);
  return address === undefined ? shown : { ...shown, url: address };
}

function buttonsOf(buttons: InboxButton[]): { buttons?: InboxButton[] } {
  return buttons.length === 0 ? {} : { buttons };
}

function showMedia(side: MetaSide, type: string, payload: JsonObject): InboxMedia {
  const id = payload['attachment_id'];
  const stored = id === undefined ? undefined : side.attachments.get(id);
  if (stored === undefined) return showLink(side, type, textOf(payload['url']) ?? '');
  const { mimeType, filename, sha256, size } = stored;
  return { type, url: blobUrl(side.world, sha256, mimeType), mimeType, filename, sha256, size };
}

function showLink(side: MetaSide, type: string, url: string): InboxMedia {
  const file = ownFile(side.world, url);
  if (typeof file === 'string') return { type, url };
  const { mimeType, name: filename, bytes } = file;
  return { type, url, mimeType, filename, sha256: side.world.blobs.put(bytes), size: bytes.length };
}

function objectsOf(value: unknown): JsonObject[] {
  return listOf(value)
    .map(objectOf)
    .filter((each) => each !== undefined);
}
