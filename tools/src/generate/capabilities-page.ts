import { CAPABILITIES, type Capabilities } from '@skein/contracts';
import { code, codes, heading, table } from './table.js';

type Column = readonly [title: string, value: (kind: Capabilities) => string];

interface Topic {
  title: string;
  intro: string;
  columns: readonly Column[];
}

const UNITS = { characters: 'characters', utf16: 'UTF-16 units', bytes: 'bytes' } as const;
const MB = 1024 * 1024;

/** What a reader compares, topic by topic; the kinds are the rows. */
const TOPICS: readonly Topic[] = [
  {
    title: 'Text and files',
    intro:
      'Longer texts are split. A file that a kind does not carry goes out as a link, and the loss is reported.',
    columns: [
      ['Text', ({ text }) => `${count(text.max)} ${UNITS[text.unit]}`],
      ['Written as', ({ dialect }) => code(dialect)],
      ['Caption', ({ caption }) => (caption ? count(caption.max) : 'a text after the file')],
      ['Files', files],
    ],
  },
  {
    title: 'Choices',
    intro:
      'Lengths are in the unit of the text. What a kind cannot show becomes the next best thing, at last numbered lines; the answer means the same id.',
    columns: [
      ['Buttons', buttons],
      ['List', list],
      ['Cards', cards],
      ['Link button', ({ link }) => (link ? `label ${link.labelMax}, text ${count(link.textMax)}` : '')],
      ['Form', ({ flow }) => (flow ? `label ${flow.ctaMax}, text ${count(flow.textMax)}` : '')],
      ['All components', ({ components }) => yes(components === true)],
      ['Templates', ({ templates }) => yes(templates)],
    ],
  },
  {
    title: 'After sending',
    intro: 'Out is what we can do, in is what we are told.',
    columns: [
      ['Receipts', ({ receipts }) => codes(receipts) || 'none'],
      ['Reactions', ({ reactions }) => ways(reactions)],
      ['Edits', ({ edits }) => ways(edits)],
      ['Typing shown', ({ typing }) => yes(typing)],
      ['Unknown outcome', ({ onUnknown }) => (onUnknown === 'report' ? 'stays unknown' : 'sent again')],
    ],
  },
  {
    title: 'Who can be reached',
    intro: 'An address is a chat, or a chat and a thread in it: `<chat>:<thread>`.',
    columns: [
      ['May write first', ({ cold, answersOnly }) => (answersOnly ? 'answers only' : yes(cold) || 'no')],
      ['Window', ({ window }) => (window ? `${window.hours} hours, then ${window.onClosed}` : 'always open')],
      ['Named by', ({ addressedBy }) => (addressedBy === 'none' ? 'the address' : code(addressedBy))],
      ['Chat', ({ addresses }) => code(addresses.chat)],
      ['Thread', thread],
      ['Answers STOP and HELP', ({ keywordAnswers }) => yes(keywordAnswers === true)],
      ['Calls per second', ({ defaultRatePerSecond }) => String(defaultRatePerSecond)],
    ],
  },
];

/** The page that compares the channel kinds that can be served now. */
export function capabilitiesPage(): string {
  const kinds = Object.values(CAPABILITIES);
  return [
    heading(
      'Capabilities',
      'What each channel kind can show and do. `GET /v1/channels/capabilities` answers the whole table.',
    ),
    ...TOPICS.map((topic) => section(topic, kinds)),
    sources(kinds),
  ].join('\n');
}

function section({ title, intro, columns }: Topic, kinds: readonly Capabilities[]): string {
  const rows = kinds.map((kind) => [code(kind.kind), ...columns.map(([, value]) => value(kind))]);
  return `## ${title}\n\n${intro}\n\n${table(['Kind', ...columns.map(([name]) => name)], rows)}`;
}

function sources(kinds: readonly Capabilities[]): string {
  const rows = kinds.flatMap((kind) =>
    kind.sources.map(({ url, checked }, index) => [index === 0 ? code(kind.kind) : '', url, checked]),
  );
  return `## Read from\n\n${table(['Kind', 'Page', 'Read on'], rows)}`;
}

function files({ media }: Capabilities): string {
  const kinds = Object.entries(media).map(([kind, { maxBytes, mimeTypes, caption }]) => {
    const types = mimeTypes.some((type) => type.endsWith('/*'))
      ? 'any type'
      : mimeTypes.map((type) => type.replace(/^.*\//, '')).join(', ');
    return `${code(kind)} ${megabytes(maxBytes)}, ${types}${caption ? '' : ', no caption'}`;
  });
  return kinds.join('; ') || 'none';
}

function buttons({ buttons: limits }: Capabilities): string {
  if (!limits) return '';
  const ids = `id ${count(limits.idMax)}${limits.idUnit === 'bytes' ? ' bytes' : ''}`;
  return `${limits.max}: label ${limits.labelMax}, ${ids}, text ${count(limits.textMax)}`;
}

function list({ list: limits }: Capabilities): string {
  if (!limits) return '';
  return `${limits.maxRows} rows: title ${limits.titleMax}, line ${limits.descriptionMax}, id ${limits.idMax}`;
}

function cards({ cards: limits }: Capabilities): string {
  if (!limits) return '';
  const pressed = limits.buttons === 0 ? 'no buttons' : `${limits.buttons} buttons`;
  return `${limits.max}: title ${limits.titleMax}, line ${limits.subtitleMax}, ${pressed}`;
}

function thread({ addresses }: Capabilities): string {
  if (addresses.thread === undefined) return '';
  return code(addresses.thread) + (addresses.threadIsChat ? ', an address by itself' : '');
}

function ways({ out, in: inward }: { out: boolean; in: boolean }): string {
  return [...(out ? ['out'] : []), ...(inward ? ['in'] : [])].join(', ');
}

function megabytes(bytes: number): string {
  return `${Math.round((bytes / MB) * 10) / 10} MB`;
}

/** 10000 as 10,000. */
function count(value: number): string {
  return value.toLocaleString('en-US');
}

function yes(value: boolean): string {
  return value ? 'yes' : '';
}
