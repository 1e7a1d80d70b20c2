import { MAX_PARTS, SEND_LIMITS } from '@skein/contracts';
import type { Capabilities, MediaKind } from '@skein/contracts';
import { SUBJECT_MAX } from '../fits.js';
import { line, listOf, record } from './schema.js';
import type { ObjectSchema } from './schema.js';
import { andList, counted, sizeOf } from './words.js';

/** A tool that an agent can call to send something on the channel of its thread. */
export interface SendAction {
  name: SendActionName;
  description: string;
  /** JSON Schema of the input. */
  parameters: ObjectSchema;
}

export const SEND_ACTION_NAMES = [
  'send_text',
  'send_buttons',
  'send_list',
  'send_cards',
  'send_link',
  'send_file',
  'send_email',
  'send_template',
  'send_reaction',
  'edit_message',
] as const;
export type SendActionName = (typeof SEND_ACTION_NAMES)[number];

type Definition = Omit<SendAction, 'name'>;

/** What a surface that shows every component itself takes; the bounds are those of the send request. */
const OWN_LIST = { maxRows: 50, titleMax: 200, descriptionMax: 1024, idMax: 200, buttonMax: 200 };
const OWN_CARDS = { max: 50, titleMax: 200, subtitleMax: 1024 };
/** Bounds of the send request, whatever the channel. */
const REQUEST = { buttons: 20, rows: 50, id: 256, rowId: 200, label: 200, caption: 10_000 };
const URL_MAX = 2048;
const MESSAGE = line(64, 'Id of the message.');

const DEFINITIONS: Record<SendActionName, (table: Capabilities) => Definition | undefined> = {
  send_text: ({ text }) => ({
    description: `Sends a text. A text over ${counted(text.max, text.unit)} goes out as several messages.`,
    parameters: record({ text: line(Math.min(text.max * MAX_PARTS, SEND_LIMITS.textBytes)) }),
  }),
  send_buttons: ({ buttons, text: { unit } }) =>
    buttons && {
      description: `Sends a text with up to ${Math.min(buttons.max, REQUEST.buttons)} buttons. A press comes back with the id of its button.`,
      parameters: record({
        text: line(SEND_LIMITS.textBytes),
        buttons: listOf(
          record({
            id: line(
              Math.min(buttons.idMax, REQUEST.id),
              `At most ${counted(buttons.idMax, buttons.idUnit ?? unit)}.`,
            ),
            label: line(
              Math.min(buttons.labelMax, REQUEST.label),
              `Longer than ${counted(buttons.labelMax, unit)} is cut.`,
            ),
          }),
          Math.min(buttons.max, REQUEST.buttons),
        ),
      }),
    },
  send_list: ({ list, components }) => {
    const limits = list ?? (components && OWN_LIST);
    return (
      limits && {
        description: `Sends a text with a list of up to ${limits.maxRows} rows. The choice comes back with the id of its row.`,
        parameters: record({
          text: line(SEND_LIMITS.textBytes),
          button: line(limits.buttonMax, 'What opens the list.'),
          rows: listOf(
            record(
              {
                id: line(Math.min(limits.idMax, REQUEST.rowId)),
                title: line(limits.titleMax),
                description: line(limits.descriptionMax),
              },
              ['description'],
            ),
            Math.min(limits.maxRows, REQUEST.rows),
          ),
        }),
      }
    );
  },
  send_cards: ({ cards, components }) => {
    const limits = cards ?? (components && OWN_CARDS);
    return (
      limits && {
        description: `Sends up to ${limits.max} cards beside each other. The choice of a card comes back with its title.`,
        parameters: record({
          cards: listOf(
            record(
              {
                title: line(limits.titleMax),
                subtitle: line(limits.subtitleMax),
                imageUrl: line(URL_MAX, 'Public address of a picture.'),
              },
              ['subtitle', 'imageUrl'],
            ),
            limits.max,
          ),
        }),
      }
    );
  },
  send_link: ({ link, text: { unit } }) =>
    link && {
      description: 'Sends a text with a button that opens a web address.',
      parameters: record({
        text: line(SEND_LIMITS.textBytes),
        label: line(link.labelMax, `At most ${counted(link.labelMax, unit)}.`),
        url: line(URL_MAX, 'https address.'),
      }),
    },
  send_file: ({ media, caption }) => {
    const kinds = Object.entries(media) as [MediaKind, { maxBytes: number; caption: boolean }][];
    if (kinds.length === 0) return undefined;
    const captioned = kinds.some(([, limits]) => limits.caption) && caption;
    const sizes = kinds.map(([kind, { maxBytes }]) => `${kind} up to ${sizeOf(maxBytes)}`);
    return {
      description: `Sends a file by its public address: ${andList(sizes)}.`,
      parameters: record(
        {
          media: { type: 'string', enum: kinds.map(([kind]) => kind) },
          url: line(URL_MAX, 'Public address of the file.'),
          filename: line(255),
          ...(captioned ? { caption: line(Math.min(captioned.max, REQUEST.caption)) } : {}),
        },
        ['filename', 'caption'],
      ),
    };
  },
  send_email: ({ dialect }) =>
    dialect === 'email'
      ? {
          description:
            'Sends a mail with a subject of its own. A text alone keeps the subject of the thread.',
          parameters: record({ subject: line(SUBJECT_MAX), text: line(SEND_LIMITS.textBytes) }),
        }
      : undefined,
  send_template: ({ templates }) =>
    templates
      ? {
          description: 'Sends an approved template, which may also open a conversation.',
          parameters: record(
            { name: line(512), language: line(20, 'Such as en or pt_BR.'), params: listOf(line(4096), 50) },
            ['language', 'params'],
          ),
        }
      : undefined,
  send_reaction: ({ reactions }) =>
    reactions.out
      ? {
          description: 'Reacts to a message of the conversation. An empty emoji takes the reaction back.',
          parameters: record({ messageId: MESSAGE, emoji: { type: 'string', maxLength: 64 } }),
        }
      : undefined,
  edit_message: ({ edits, text }) =>
    edits.out
      ? {
          description: 'Replaces the text of a message that was sent before.',
          parameters: record({ messageId: MESSAGE, text: line(Math.min(text.max, SEND_LIMITS.textBytes)) }),
        }
      : undefined,
};

/** The tools of a channel: what it can send, with its limits. */
export function sendActions(capabilities: Capabilities): SendAction[] {
  return SEND_ACTION_NAMES.flatMap((name) => {
    const definition = DEFINITIONS[name](capabilities);
    return definition === undefined ? [] : [{ name, ...definition }];
  });
}
