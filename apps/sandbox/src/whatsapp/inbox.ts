import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { InboxButton, InboxEntry, InboxMedia } from '../core/kind.js';
import { blobUrl, ownFile } from '../core/own-links.js';
import { mediaOf } from './media.js';
import type { ReceivedMessage } from './people.js';
import type { WhatsAppSide } from './side.js';
import { fillTemplate } from './template-rules.js';

type Shown = Omit<InboxEntry, 'id' | 'at' | 'channelId' | 'type' | 'raw'>;

/** A stored request as the person sees it. */
export function presentMessage(side: WhatsAppSide, message: ReceivedMessage): InboxEntry {
  const { id, atMs, channelId, payload } = message;
  const type = textOf(payload['type']) ?? 'text';
  const content = objectOf(payload[type]) ?? {};
  const shown = type === 'template' ? showTemplate(side, message, content) : showContent(side, type, content);

  return { id, at: side.world.clock.stamp(atMs), channelId, type, ...shown, raw: payload };
}

function showContent(side: WhatsAppSide, type: string, content: JsonObject): Shown {
  if (type === 'interactive') return showInteractive(side, content);
  const media = mediaOf(type, content);
  if (media)
    return { text: textOf(content['caption']) ?? null, media: showMedia(side, media.type, media.file) };
  const text = content['body'] ?? content['emoji'] ?? content['name'] ?? content['address'];
  return { text: textOf(text) ?? null };
}

function showInteractive(side: WhatsAppSide, content: JsonObject): Shown {
  const [header, footer] = [objectOf(content['header']), objectOf(content['footer'])];
  const shown: Shown = { text: textOf(objectOf(content['body'])?.['text']) ?? null };
  const buttons = buttonsOf(textOf(content['type']) ?? '', objectOf(content['action']) ?? {});
  if (buttons.length > 0) shown.buttons = buttons;
  const [headerText, footerText] = [textOf(header?.['text']), textOf(footer?.['text'])];
  if (headerText !== undefined) shown.header = headerText;
  if (footerText !== undefined) shown.footer = footerText;
  const media = mediaOf('interactive', content);
  if (media) shown.media = showMedia(side, media.type, media.file);
  return shown;
}

function buttonsOf(type: string, action: JsonObject): InboxButton[] {
  const parameters = objectOf(action['parameters']) ?? {};
  if (type === 'cta_url') return [link(String(parameters['display_text']), String(parameters['url']))];
  if (type === 'flow') {
    const id = String(parameters['flow_id'] ?? parameters['flow_name']);
    return [{ id, title: String(parameters['flow_cta']), type: 'flow' }];
  }
  const rows = listOf(action['sections']).flatMap((section) => listOf(objectOf(section)?.['rows']));
  const replies = listOf(action['buttons']).map((button) => objectOf(button)?.['reply']);
  return [...rows.filter(isObject).map(row), ...replies.filter(isObject).map(reply)];
}

const link = (title: string, url: string): InboxButton => ({ id: url, title, type: 'url', url });

const reply = ({ id, title }: JsonObject): InboxButton => ({
  id: String(id),
  title: String(title),
  type: 'reply',
});

function row({ id, title, description }: JsonObject): InboxButton {
  const button: InboxButton = { id: String(id), title: String(title), type: 'row' };
  return typeof description === 'string' ? { ...button, description } : button;
}

function showTemplate(side: WhatsAppSide, message: ReceivedMessage, content: JsonObject): Shown {
  const templates = side.accounts.get(message.phoneNumberId)?.config.templates ?? [];
  const verdict = fillTemplate(templates, content);
  const named = { name: content['name'], language: objectOf(content['language'])?.['code'] };
  // The registration may have changed since the message was accepted.
  if ('problem' in verdict) return { text: null, template: { ...named, components: content['components'] } };
  const { template, header, body, media, buttons } = verdict.filled;
  const shown: Shown = {
    text: body,
    template: { ...named, category: template.category, components: content['components'] ?? [] },
  };
  if (header !== '') shown.header = header;
  if (template.footerText !== '') shown.footer = template.footerText;
  if (media) shown.media = showMedia(side, media.type, { ...media });
  if (buttons.length > 0) {
    shown.buttons = buttons.map(({ type, text, payload, url }) =>
      url === null ? { id: payload, title: text, type } : { ...link(text, url), type },
    );
  }
  return shown;
}

function showMedia(side: WhatsAppSide, type: string, file: JsonObject): InboxMedia {
  const filename = textOf(file['filename']);
  const named = filename === undefined ? {} : { filename };
  const link = textOf(file['link']);
  if (link !== undefined) {
    const own = ownFile(side.world, link);
    return typeof own === 'string'
      ? { type, url: link, ...named }
      : { type, url: link, mimeType: own.mimeType, ...named };
  }
  const stored = side.media.get(String(file['id']));
  if (!stored) return { type, url: '', ...named };
  const { mimeType, sha256, size } = stored;
  return { type, url: blobUrl(side.world, sha256, mimeType), mimeType, sha256, size, ...named };
}
