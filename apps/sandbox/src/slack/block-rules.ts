import { isObject, listOf, objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import { ownFile } from '../core/own-links.js';

/** Limits of Block Kit (docs.slack.dev/reference/block-kit, checked 2026-11-21). */
const LIMITS = {
  blocks: 50,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  headerText: 150,
  elements: 25,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  id: 255,
  options: 100,
  overflowOptions: 5,
  optionText: 75,
  optionValue: 150,
  placeholder: 150,
  altText: 2000,
  markdown: 12_000,
  /** Of all texts together; nowhere documented (bolt-js #2509). */
  total: 13_200,
} as const;

/** What is wrong, in Slack's words, and where. */
type Complaints = string[];
type Rule = (element: JsonObject, at: string, world: World) => Complaints;

/** `invalid_blocks` with what is wrong, or `msg_blocks_too_long`; undefined when all is well. */
export function checkBlocks(blocks: unknown, world: World): { error: string; errors: string[] } | undefined {
  if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format', errors: [] };
  const errors =
    blocks.length > LIMITS.blocks
      ? [`no more than ${LIMITS.blocks} items allowed [json-pointer:/blocks]`]
      : blocks.flatMap((block, index) => checkOne(BLOCKS, block, `/blocks/${index}`, world));
  if (errors.length > 0) return { error: 'invalid_blocks', errors };
  return textLength(blocks) > LIMITS.total ? { error: 'msg_blocks_too_long', errors: [] } : undefined;
}

function checkOne(rules: Record<string, Rule>, value: unknown, at: string, world: World): Complaints {
  const element = objectOf(value);
  const type = String(element?.['type']);
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (!element || !rule) return [`unsupported type: ${type} [json-pointer:${at}/type]`];
  const ids = ['block_id', 'action_id'].flatMap((name) =>
    optional(element[name], `${at}/${name}`, LIMITS.id),
  );
  return [...ids, ...rule(element, at, world)];
}

const BLOCKS: Record<string, Rule> = {
  section: (block, at, world) => [
    ...(block['text'] === undefined && block['fields'] === undefined
      ? [`must provide either text or fields [json-pointer:${at}]`]
      : []),
    ...(block['text'] === undefined ? [] : text(block['text'], `${at}/text`, LIMITS.sectionText, BOTH)),
    ...many(block['fields'] ?? [], `${at}/fields`, 0, LIMITS.fields, (field, where) =>
      text(field, where, LIMITS.fieldText, BOTH),
    ),
    ...(block['accessory'] === undefined
      ? []
      : checkOne(ACCESSORIES, block['accessory'], `${at}/accessory`, world)),
  ],
  header: (block, at) => text(block['text'], `${at}/text`, LIMITS.headerText, PLAIN),
  actions: (block, at, world) => [
    ...many(block['elements'], `${at}/elements`, 1, LIMITS.elements, (element, where) =>
      checkOne(ELEMENTS, element, where, world),
    ),
    ...repeated(listOf(block['elements']), at),
  ],
  context: (block, at, world) =>
    many(block['elements'], `${at}/elements`, 1, LIMITS.contextElements, (element, where) =>
      objectOf(element)?.['type'] === 'image'
        ? checkOne(ACCESSORIES, element, where, world)
        : text(element, where, LIMITS.fieldText, BOTH),
    ),
  image: (block, at, world) => [
    ...image(block, at),
    ...(isFetched(world, block['image_url'])
      ? []
      : [`downloading image failed [json-pointer:${at}/image_url]`]),
  ],
  divider: () => [],
  markdown: (block, at) => string(block['text'], `${at}/text`, LIMITS.markdown),
  rich_text: (block, at) => many(block['elements'], `${at}/elements`, 0, LIMITS.options, () => []),
};

const ELEMENTS: Record<string, Rule> = {
  button: (element, at) => [
    ...text(element['text'], `${at}/text`, LIMITS.buttonText, PLAIN),
    ...optional(element['value'], `${at}/value`, LIMITS.buttonValue),
    ...optional(element['url'], `${at}/url`, LIMITS.url),
  ],
  static_select: (element, at) => [
    ...(element['placeholder'] === undefined
      ? []
      : text(element['placeholder'], `${at}/placeholder`, LIMITS.placeholder, PLAIN)),
    ...many(element['options'], `${at}/options`, 1, LIMITS.options, option),
  ],
  overflow: (element, at) => many(element['options'], `${at}/options`, 1, LIMITS.overflowOptions, option),
};

const ACCESSORIES: Record<string, Rule> = { ...ELEMENTS, image };

const PLAIN: readonly string[] = ['plain_text'];
const BOTH: readonly string[] = ['plain_text', 'mrkdwn'];

function image(element: JsonObject, at: string): Complaints {
  return [
    ...string(element['image_url'], `${at}/image_url`, LIMITS.url),
    ...string(element['alt_text'], `${at}/alt_text`, LIMITS.altText),
  ];
}

/** Pictures of other hosts are taken unseen. */
function isFetched(world: World, url: unknown): boolean {
  const file = ownFile(world, String(url));
  if (typeof file === 'string') return file === 'foreign';
  return file.delayMs === 0 && /^image\/(?:png|jpeg|gif)$/.test(file.mimeType);
}

function option(value: unknown, at: string): Complaints {
  const found = objectOf(value);
  if (!found) return [`must be an object [json-pointer:${at}]`];
  return [
    ...text(found['text'], `${at}/text`, LIMITS.optionText, PLAIN),
    ...string(found['value'], `${at}/value`, LIMITS.optionValue),
    ...(found['description'] === undefined
      ? []
      : text(found['description'], `${at}/description`, LIMITS.optionText, PLAIN)),
  ];
}

function text(value: unknown, at: string, most: number, types: readonly string[]): Complaints {
  const found = objectOf(value);
  if (!found) return [`missing required field: text [json-pointer:${at}]`];
  if (!types.includes(String(found['type'])))
    return [`must be one of ${types.join(', ')} [json-pointer:${at}/type]`];
  return string(found['text'], `${at}/text`, most);
}

function string(value: unknown, at: string, most: number): Complaints {
  if (typeof value !== 'string') return [`must be a string [json-pointer:${at}]`];
  if (value.length === 0) return [`must be more than 0 characters [json-pointer:${at}]`];
  return value.length > most ? [`must be less than ${most + 1} characters [json-pointer:${at}]`] : [];
}

function optional(value: unknown, at: string, most: number): Complaints {
  return value === undefined ? [] : string(value, at, most);
}

function many(
  value: unknown,
  at: string,
  least: number,
  most: number,
  rule: (item: unknown, at: string) => Complaints,
): Complaints {
  if (!Array.isArray(value)) return [`must be an array [json-pointer:${at}]`];
  if (value.length < least) return [`must have at least ${least} items [json-pointer:${at}]`];
  if (value.length > most) return [`no more than ${most} items allowed [json-pointer:${at}]`];
  return value.flatMap((item: unknown, index) => rule(item, `${at}/${index}`));
}

function repeated(elements: unknown[], at: string): Complaints {
  const ids = elements.flatMap((element) => objectOf(element)?.['action_id'] ?? []);
  return new Set(ids).size === ids.length ? [] : [`action_id already exists [json-pointer:${at}/elements]`];
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textLength(each), 0);
  if (!isObject(value)) return 0;
  const own = typeof value['text'] === 'string' ? value['text'].length : 0;
  return own + Object.values(value).reduce<number>((sum, each) => sum + textLength(each), 0);
}
