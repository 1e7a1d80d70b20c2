import type { Component, MessageContent } from '@skein/contracts';
import { componentsOf } from './components-of.js';
import { tableText } from './ladders/table.js';
import type { ComponentOf } from './ladders/ladder.js';
import { clean, cleanLine } from './text/clean.js';
import { linkText } from './text/link-text.js';

const PREVIEWS: { [T in Component['type']]: (component: ComponentOf<T>) => string } = {
  text: ({ text }) => text,
  media: ({ media, caption, filename }) =>
    [`[${[media, filename].filter(Boolean).join(': ')}]`, caption ?? ''].join(' ').trim(),
  actions: ({ actions }) => actions.map(({ label }) => `[${label}]`).join(' '),
  list: ({ items }) =>
    items.map(({ title, subtitle }) => `- ${[title, subtitle].filter(Boolean).join(': ')}`).join('\n'),
  links: ({ links }) => links.map(({ label, url }) => linkText(label, url)).join('\n'),
  payment: ({ label, url }) => linkText(label, url),
  flow: ({ fields }) =>
    [fields['header'], fields['body'], fields['footer'], `[${fields['flow_cta'] || 'flow'}]`]
      .filter(Boolean)
      .join('\n'),
  navigate: ({ label, path }) => `${label}: ${path}`,
  table: ({ rows }) => tableText(rows),
};

/** The plain text of a message for threads and histories: what it says, whatever the channel showed. */
export function previewOf(content: MessageContent): string {
  if (content.edit) return previewOf({ text: content.edit.text });
  if (content.reaction) return clean(content.reaction.emoji);
  if (content.template)
    return clean(content.messageContext ?? content.text ?? '') || `[${cleanLine(content.template.name)}]`;
  return componentsOf(content)
    .components.map((component) => previewOfComponent(component))
    .join('\n')
    .trim();
}

/** One component in words. */
export function previewOfComponent<T extends Component['type']>(
  component: ComponentOf<T> & { type: T },
): string {
  const write: (component: ComponentOf<T>) => string = PREVIEWS[component.type];
  return write(component);
}
