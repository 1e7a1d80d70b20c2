import type { Capabilities, ChannelKind, DialectName } from '@skein/contracts';
import { DIALECTS } from '../dialects/dialect.js';
import { andList, counted } from './words.js';

const NAMES: Record<ChannelKind, string> = {
  whatsapp: 'WhatsApp',
  sms: 'SMS',
  email: 'e-mail',
  'web-chat': 'the web chat',
  telegram: 'Telegram',
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Microsoft Teams',
  instagram: 'Instagram',
  messenger: 'Messenger',
  api: 'the API',
};

/** Dialects in which a reader sees no marks. */
const UNMARKED: ReadonlySet<DialectName> = new Set<DialectName>(['plain']);

/** One short paragraph that tells an agent what its words look like on a channel. */
export function outputRule(capabilities: Capabilities): string {
  return [
    `You write to a person on ${NAMES[capabilities.kind]}.`,
    textRule(capabilities),
    shownRule(capabilities),
    missingRule(capabilities),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function textRule({ dialect, text }: Capabilities): string {
  const marks = UNMARKED.has(dialect)
    ? 'Write plain text: Markdown is not shown.'
    : `Write Markdown: **bold**, _italic_, ~~strike~~ and code are shown${DIALECTS[dialect].links ? ', and links too' : ', links as addresses'}.`;
  return `${marks} A text over ${counted(text.max, text.unit)} is sent in several messages, so be brief.`;
}

function shownRule(table: Capabilities): string {
  const { buttons, list, cards, flow, components } = table;
  if (components) return 'Every component in a ::: block is shown as it is.';
  const shown = [
    ...(buttons ? [`up to ${buttons.max} buttons (labels of ${buttons.labelMax})`] : []),
    ...(list ? [`lists of up to ${list.maxRows} rows`] : []),
    ...(cards ? [`up to ${cards.max} cards beside each other`] : []),
    ...(flow ? ['forms (flows)'] : []),
    ...mediaShown(table),
  ];
  return shown.length === 0 ? '' : `It shows ${andList(shown)}.`;
}

function mediaShown({ media }: Capabilities): string[] {
  const names = { image: 'images', video: 'videos', audio: 'audio', file: 'files' };
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((kind) => media[kind])
    .map((kind) => names[kind]);
}

function missingRule({ buttons, list, media, components }: Capabilities): string {
  if (components) return '';
  return [
    ...(buttons || list
      ? []
      : ['Choices are shown as numbered lines, and the person answers with a number.']),
    ...(media.file ? [] : ['A file is shown as a link.']),
  ].join(' ');
}
