import type { Action, Component, LabelledUrl, ListItem, MediaKind } from '@skein/contracts';
import { parseCsv } from './csv.js';

/** Reads the body of one block; undefined when it is malformed. */
export type BlockReader = (body: readonly string[]) => Component[] | undefined;

const LABELLED = /^!?\[([^[\]]*)\]\(([^\s]+)\)$/;
const ACTION = /^[-*] +(?:\[([^[\]]+)\]\(([^()]+)\)|(.+))$/;
const PAIR = /^([A-Za-z_]\w*) *= *(.*)$/;
const WEB = ['http:', 'https:'];
const LINKABLE = [...WEB, 'mailto:', 'tel:'];

/** The block names of the grammar. */
export const BLOCKS: ReadonlyMap<string, BlockReader> = new Map<string, BlockReader>([
  ['list-item', (body) => listItem(body, 'vertical')],
  ['horizontal-list-item', (body) => listItem(body, 'horizontal')],
  ['actions', readActions],
  ['links', (body) => labelled(body, LINKABLE, (links) => [{ type: 'links', links }])],
  ['images', (body) => labelled(body, WEB, (files) => files.map((file) => media('image', file)))],
  ['documents', (body) => labelled(body, WEB, (files) => files.map((file) => media('file', file)))],
  [
    'payment',
    (body) =>
      labelled(body, WEB, ([only, ...more]) =>
        only && more.length === 0 ? [{ type: 'payment', ...only }] : undefined,
      ),
  ],
  ['flow', readFlow],
  ['navigate', readNavigate],
  ['table', readTable],
]);

function listItem(body: readonly string[], layout: 'vertical' | 'horizontal'): Component[] | undefined {
  let imageUrl: string | undefined;
  let title: string | undefined;
  const more: string[] = [];
  for (const line of linesOf(body)) {
    const image = line.startsWith('!') ? labelledUrl(line, WEB) : undefined;
    if (image && imageUrl === undefined) imageUrl = image.url;
    else if (line.startsWith('# ') && title === undefined) title = line.slice(2).trim();
    else more.push(line.replace(/^##? +/, ''));
  }
  title ||= more.shift();
  if (!title) return undefined;
  const item: ListItem = { id: title, title };
  if (more.length > 0) item.subtitle = more.join('\n');
  if (imageUrl !== undefined) item.imageUrl = imageUrl;
  return [{ type: 'list', layout, items: [item] }];
}

function readActions(body: readonly string[]): Component[] | undefined {
  const actions = linesOf(body).map((line): Action | undefined => {
    const [, label, id, bare] = ACTION.exec(line) ?? [];
    if (label !== undefined && id !== undefined) return { id: id.trim(), label: label.trim() };
    return bare === undefined ? undefined : { id: bare.trim(), label: bare.trim() };
  });
  return complete(actions, (all) => [{ type: 'actions', actions: all }]);
}

function readFlow(body: readonly string[]): Component[] | undefined {
  const pairs = linesOf(body).map((line): [string, string] | undefined => {
    const [, key, value] = PAIR.exec(line) ?? [];
    return key === undefined || value === undefined ? undefined : [key, value];
  });
  return complete(pairs, (all) => {
    const fields = Object.fromEntries(all);
    return fields['flow_id'] ? [{ type: 'flow', fields }] : undefined;
  });
}

/** Same origin only: `//host` and `/\host` are other origins to a browser. */
function readNavigate(body: readonly string[]): Component[] | undefined {
  const [line, ...more] = linesOf(body);
  const [, label, path] = LABELLED.exec(line ?? '') ?? [];
  if (!label || !path || more.length > 0 || !/^\/(?![/\\])[^\\]*$/.test(path)) return undefined;
  return [{ type: 'navigate', label, path }];
}

function readTable(body: readonly string[]): Component[] | undefined {
  const rows = parseCsv(body.join('\n'));
  return rows && rows.length > 0 ? [{ type: 'table', rows }] : undefined;
}

function labelled(
  body: readonly string[],
  protocols: readonly string[],
  make: (all: LabelledUrl[]) => Component[] | undefined,
): Component[] | undefined {
  return complete(
    linesOf(body).map((line) => labelledUrl(line, protocols)),
    make,
  );
}

function labelledUrl(line: string, protocols: readonly string[]): LabelledUrl | undefined {
  const [, label, url] = LABELLED.exec(line) ?? [];
  if (url === undefined || !URL.canParse(url) || !protocols.includes(new URL(url).protocol)) return undefined;
  return { label: label?.trim() || url, url };
}

function media(kind: MediaKind, { label, url }: LabelledUrl): Component {
  return { type: 'media', media: kind, source: { url }, ...(label === url ? {} : { caption: label }) };
}

/** Every line must be well-formed and there must be one: half a block is malformed. */
function complete<T>(
  items: readonly (T | undefined)[],
  make: (all: T[]) => Component[] | undefined,
): Component[] | undefined {
  const good = items.filter((item) => item !== undefined);
  return good.length > 0 && good.length === items.length ? make(good) : undefined;
}

function linesOf(body: readonly string[]): string[] {
  return body.map((line) => line.trim()).filter((line) => line !== '');
}
