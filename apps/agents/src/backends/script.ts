import type { Reply } from './backend.js';

/** What the script may use. */
export interface ScriptContext {
  name: string | null;
  /** Base address of the files it shows. */
  files: string | undefined;
  /** The person sent a file; without a known word that is answered by thanks alone. */
  isMedia: boolean;
}

type Line = (context: ScriptContext) => Reply[];

const say = (text: string): Reply[] => [{ content: { text } }];

const BUTTONS = '::: actions\n- [Menu](menu)\n- [Photo](photo)\n- [Opening hours](hours)\n:::';

const greeting: Line = ({ name }) =>
  say(
    `Hello${name ? ` ${name}` : ''}! I am the concierge. Choose below, or write "help" to see what I know.\n\n${BUTTONS}`,
  );

const menu: Line = () => [
  {
    content: {
      interactive: {
        type: 'list',
        text: 'What would you like to see?',
        button: 'Menu',
        rows: [
          { id: 'photo', title: 'A photo', description: 'I send you a picture' },
          { id: 'document', title: 'A document', description: 'I send you a PDF' },
          { id: 'hours', title: 'Opening hours', description: 'When somebody is here' },
          { id: 'help', title: 'Help', description: 'The words I understand' },
        ],
      },
    },
  },
];

const photo: Line = ({ files }) =>
  files === undefined
    ? say('I would send you a photo now, but I have no files here.')
    : [
        {
          content: {
            media: [
              { media: 'image', source: { url: fileAt(files, 'small.jpg') }, caption: 'Here is a photo.' },
            ],
          },
        },
      ];

const document: Line = ({ files }) =>
  files === undefined
    ? say('I would send you a document now, but I have no files here.')
    : [
        {
          content: {
            media: [
              {
                media: 'file',
                source: { url: fileAt(files, 'small.pdf') },
                filename: 'small.pdf',
                caption: 'Here is a document.',
              },
            ],
          },
        },
      ];

const hours: Line = () => say('We are open from Monday to Friday, 9:00 to 18:00. I am here all the time.');
const help: Line = () =>
  say('Write "menu", "photo", "document" or "hours". You may also send me a photo or a file.');

/** Words and action ids that the script knows. */
const LINES: Record<string, Line> = { menu, photo, document, hours, help };

/** What to say to a word or a pressed action; anything unknown is greeted. */
export function chooseScript(word: string, context: ScriptContext): Reply[] {
  const line = Object.hasOwn(LINES, word) ? LINES[word] : undefined;
  if (line !== undefined) return line(context);
  return context.isMedia ? [] : greeting(context);
}

function fileAt(base: string, name: string): string {
  return `${base.replace(/\/+$/, '')}/${name}`;
}
