import type {
  Component,
  InteractiveContent,
  ListRow,
  Loss,
  MediaContent,
  MessageContent,
} from '@skein/contracts';
import { parseText } from './parse/parse-text.js';
import { clean, cleanLine } from './text/clean.js';
import { textOfHtml } from './text/html.js';

/** A list that may name the label of the button that opens it. */
export type ListComponent = Extract<Component, { type: 'list' }> & { button?: string };

export interface ComponentsOf {
  components: Component[];
  losses: Loss[];
}

/** What a content says, as components in reading order: text with its blocks, files, buttons, list or link, then its parts. */
export function componentsOf(content: MessageContent): ComponentsOf {
  const parsed = parseText(textOf(content));
  const more = (content.parts ?? []).map(componentsOf);
  return {
    components: [...parsed.components, ...withoutText(content), ...more.flatMap((one) => one.components)],
    losses: [...parsed.losses, ...more.flatMap((one) => one.losses)],
  };
}

/** The components of a content itself that do not come from its text. */
export function withoutText(content: MessageContent): Component[] {
  const attachments = (content.email?.attachments ?? []).map((file): Component =>
    mediaOf({ media: 'file', ...file }),
  );
  const interactive = content.interactive ? interactiveOf(content.interactive) : [];
  return [...(content.media ?? []).map(mediaOf), ...attachments, ...interactive];
}

function textOf(content: MessageContent): string {
  if (content.text !== undefined) return content.text;
  return content.email?.text ?? textOfHtml(content.email?.html ?? '');
}

function mediaOf({ media, source, caption, filename }: MediaContent): Component {
  return {
    type: 'media',
    media,
    source,
    ...(caption?.trim() ? { caption: clean(caption).trim() } : {}),
    ...(filename?.trim() ? { filename: cleanLine(filename) } : {}),
  };
}

function interactiveOf(content: InteractiveContent): Component[] {
  const text = clean(content.text).trim();
  const lead: Component[] = text === '' ? [] : [{ type: 'text', text }];
  if (content.type === 'buttons') {
    const actions = content.buttons.map(({ id, label }) => ({
      id,
      label: cleanLine(label) || cleanLine(id),
    }));
    return [...lead, { type: 'actions', actions }];
  }
  if (content.type === 'link') {
    return [
      ...lead,
      {
        type: 'links',
        links: [{ label: cleanLine(content.label) || cleanLine(content.url), url: cleanLine(content.url) }],
      },
    ];
  }
  const items = content.rows.map(itemOf);
  const list: ListComponent = { type: 'list', layout: 'vertical', items, button: cleanLine(content.button) };
  return [...lead, list];
}

function itemOf({ id, title, description }: ListRow): { id: string; title: string; subtitle?: string } {
  const subtitle = clean(description ?? '').trim();
  return { id, title: cleanLine(title) || cleanLine(id), ...(subtitle === '' ? {} : { subtitle }) };
}
