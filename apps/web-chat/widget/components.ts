import type { ShownComponent, ShownFile } from '../src/protocol.js';
import { h, icon, type Child } from './dom.js';
import { mediaUrl, ownPath, safeUrl } from './links.js';
import { textNodes } from './markdown.js';
import type { Words } from './words.js';

/** What drawing a component takes from its surroundings. */
export interface Drawing {
  words: Words;
  press: (action: { id: string; label: string }) => void;
}

type Of<Type extends ShownComponent['type']> = Extract<ShownComponent, { type: Type }>;
type Draw<Type extends ShownComponent['type']> = (component: Of<Type>, drawing: Drawing) => Child;

const DRAW: { [Type in ShownComponent['type']]: Draw<Type> } = {
  text: ({ text }) =>
    text.trim() === '' ? undefined : h('div', { class: 'text', dir: 'auto' }, ...textNodes(text)),
  media: ({ media, url, caption, filename }, { words }) => {
    // A document without a name of its own is called what is said about it.
    const name = filename ?? (media === 'file' ? caption : undefined);
    const below = name === caption ? undefined : caption;
    return h(
      'figure',
      { class: `media of-${media}` },
      file({ media, url, ...(name && { filename: name }) }, words, caption),
      below && h('figcaption', { class: 'text', dir: 'auto' }, ...textNodes(below)),
    );
  },
  actions: ({ actions }, { press }) =>
    h(
      'div',
      { class: 'actions' },
      ...actions.map((action) =>
        h(
          'button',
          { type: 'button', class: 'action', dir: 'auto', onclick: () => press(action) },
          action.label,
        ),
      ),
    ),
  list: ({ layout, items }, { press }) =>
    h(
      'ul',
      { class: `list ${layout}`, ...(layout === 'horizontal' && { tabindex: '0' }) },
      ...items.map(({ id, title, subtitle, imageUrl }) =>
        h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'item', onclick: () => press({ id, label: title }) },
            picture(imageUrl, ''),
            h(
              'span',
              { class: 'words', dir: 'auto' },
              h('span', { class: 'title' }, title),
              subtitle && h('span', { class: 'subtitle' }, subtitle),
            ),
            layout === 'vertical' && icon('right'),
          ),
        ),
      ),
    ),
  links: ({ links }, { words }) =>
    h('div', { class: 'links' }, ...links.map(({ label, url }) => link(label, url, 'out', words))),
  payment: ({ label, url }, { words }) =>
    h(
      'div',
      { class: 'card payment' },
      link(label, url, 'card', words),
      h('small', {}, words.pay, ' · ', hostOf(url)),
    ),
  flow: ({ fields }, { press }) => {
    const { flow_id: id = '', flow_cta: label = id, header, body, footer } = fields;
    return h(
      'div',
      { class: 'card flow', dir: 'auto' },
      header && h('strong', {}, header),
      body && h('div', { class: 'text' }, ...textNodes(body)),
      h(
        'button',
        { type: 'button', class: 'primary', onclick: () => press({ id, label }) },
        icon('form'),
        label,
      ),
      footer && h('small', {}, footer),
    );
  },
  navigate: ({ label, path }) => {
    const href = ownPath(path);
    return href === undefined
      ? h('div', { class: 'text' }, label)
      : h('div', { class: 'links' }, h('a', { class: 'link', href }, h('span', {}, label), icon('right')));
  },
  table: ({ rows }) => {
    const [head = [], ...body] = rows;
    return h(
      'div',
      { class: 'table', tabindex: '0' },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col', dir: 'auto' }, cell)))),
        h(
          'tbody',
          {},
          ...body.map((row) => h('tr', {}, ...row.map((cell) => h('td', { dir: 'auto' }, cell)))),
        ),
      ),
    );
  },
};

/** Draws a component; all text in it stays text. */
export function draw<Type extends ShownComponent['type']>(
  component: Of<Type> & { type: Type },
  drawing: Drawing,
): Child {
  const one: Draw<Type> | undefined = DRAW[component.type];
  return one?.(component, drawing);
}

/** A file as something to look at, to listen to or to take along. */
export function file(
  { media, url, filename, sizeBytes }: Omit<ShownFile, 'mimeType'>,
  words: Words,
  alt = '',
): Child {
  const src = mediaUrl(url);
  const name = filename ?? words.download;
  if (media === 'image' && src !== undefined)
    return h('a', { ...outside(src), class: 'zoom' }, picture(src, alt || filename || words.image));
  if (media === 'video' && src !== undefined)
    return h('video', {
      src,
      controls: true,
      preload: 'metadata',
      playsinline: true,
      'aria-label': alt || name,
    });
  if (media === 'audio' && src !== undefined)
    return h('audio', { src, controls: true, preload: 'metadata', 'aria-label': alt || name });
  const about = h(
    'span',
    { class: 'words' },
    h('span', { class: 'title', dir: 'auto' }, name),
    sizeBytes !== undefined && h('span', { class: 'subtitle' }, sizeOf(sizeBytes)),
  );
  if (src === undefined) return h('span', { class: 'attachment' }, icon('file'), about);
  return h('a', { ...outside(src), class: 'attachment' }, icon('file'), about);
}

function picture(url: string | undefined, alt: string): Child {
  const src = mediaUrl(url ?? '');
  return src !== undefined && h('img', { src, alt, decoding: 'async', referrerpolicy: 'no-referrer' });
}

function link(label: string, url: string, sign: 'out' | 'card', words: Words): Child {
  const href = safeUrl(url);
  if (href === undefined) return h('div', { class: 'text', dir: 'auto' }, `${label}: ${url}`);
  const hint = h('span', { class: 'hidden' }, ` (${words.opens})`);
  return h(
    'a',
    { ...outside(href), class: sign === 'card' ? 'link primary' : 'link' },
    h('span', { dir: 'auto' }, label, hint),
    icon(sign),
  );
}

function outside(href: string): { href: string; target: string; rel: string } {
  return { href, target: '_blank', rel: 'noopener noreferrer nofollow' };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} kB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
