import { CAPABILITIES, type Capabilities } from '@skein/contracts';
import { codes, heading, table } from './table.js';

type Line = readonly [title: string, value: (kind: Capabilities) => string];

/** What a reader compares first; the code holds the rest. */
const LINES: readonly Line[] = [
  ['Text', ({ text }) => `${text.max} ${text.unit}`],
  ['Media', ({ media }) => codes(Object.keys(media))],
  ['Buttons', ({ buttons }) => (buttons ? `${buttons.max}, labels of ${buttons.labelMax}` : 'written out')],
  ['List', ({ list }) => (list ? `${list.maxRows} rows, titles of ${list.titleMax}` : 'written out')],
  ['Templates', ({ templates }) => yesNo(templates)],
  ['Reactions out / in', ({ reactions }) => `${yesNo(reactions.out)} / ${yesNo(reactions.in)}`],
  ['Receipts', ({ receipts }) => codes(receipts) || 'none'],
  ['Window', ({ window }) => (window ? `${window.hours} hours, then ${window.onClosed}` : 'always open')],
  ['May write first', ({ cold }) => yesNo(cold)],
  ['Unknown outcome', ({ onUnknown }) => onUnknown],
  ['Calls per second', ({ defaultRatePerSecond }) => String(defaultRatePerSecond)],
  ['Read from', ({ sources }) => sources.map(({ url, checked }) => `${url} (${checked})`).join(' ')],
];

/** The page that compares the channel kinds that can be served now. */
export function capabilitiesPage(): string {
  const kinds = Object.values(CAPABILITIES);
  const rows = LINES.map(([title, value]) => [title, ...kinds.map(value)]);
  return [
    heading(
      'Capabilities',
      'What each channel kind can show and do. `GET /v1/channels/capabilities` answers the whole table.',
    ),
    table(['', ...kinds.map(({ kind }) => kind)], rows),
  ].join('\n');
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
