import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ChatLine, InboxButton, InboxEntry, InboxMedia } from '../core/kind.js';
import type { Entry } from './phone.js';

/** An entry from the business as the person sees it. */
export function presentEntry(entry: Entry, channelId: string): InboxEntry {
  const { id, at, body } = entry;
  const components = listOf(body['components']).filter(isObject);
  const media = components.filter(({ type }) => type === 'media').map(mediaOf);
  const buttons = components.flatMap(buttonsOf);
  const type = body['type'] === 'edit' ? 'edit' : (media[0]?.type ?? 'text');
  return {
    ...{ id: `wc:${id}`, at, channelId, type, text: textOf(body['text']) ?? null },
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(media[0] === undefined ? {} : { media: media[0] }),
    raw: entry,
  };
}

function mediaOf({ media, url, filename }: JsonObject): InboxMedia {
  const type = media === 'file' ? 'document' : String(media);
  return { type, url: String(url), ...(typeof filename === 'string' ? { filename } : {}) };
}

function buttonsOf(component: JsonObject): InboxButton[] {
  const texts = (name: string) => listOf(component[name]).filter(isObject);
  switch (component['type']) {
    case 'actions':
      return texts('actions').map(({ id, label }) => ({
        id: String(id),
        title: String(label),
        type: 'reply',
      }));
    case 'list':
      return texts('items').map(({ id, title, subtitle }) => ({
        ...{ id: String(id), title: String(title), type: 'row' },
        ...(typeof subtitle === 'string' ? { description: subtitle } : {}),
      }));
    case 'links':
      return texts('links').map(({ label, url }) => link(label, url, 'url'));
    case 'payment':
      return [link(component['label'], component['url'], 'payment')];
    case 'navigate':
      return [link(component['label'], component['path'], 'navigate')];
    case 'flow': {
      const fields = objectOf(component['fields']) ?? {};
      const id = textOf(fields['flow_id']) ?? '';
      return [{ id, title: textOf(fields['flow_cta']) ?? id, type: 'flow' }];
    }
    default:
      return [];
  }
}

function link(label: unknown, url: unknown, type: string): InboxButton {
  return { id: String(url), title: String(label), type, url: String(url) };
}

/** Both directions as lines of a chat. */
export function lineOf(entry: Entry, channelId: string): ChatLine {
  if (entry.direction === 'out') {
    const { at, text, buttons = [], media } = presentEntry(entry, channelId);
    return { at, direction: 'in', text: text ?? '', buttons, media: media ? [media] : [] };
  }
  const { text, action, files } = entry.body;
  const media = listOf(files).filter(isObject).map(mediaOf);
  const said = textOf(text) ?? textOf(objectOf(action)?.['label']) ?? '';
  return { at: entry.at, direction: 'out', text: said, buttons: [], media };
}
