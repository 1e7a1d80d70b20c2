import { draw, file } from './components.js';
import type { Line } from './conversation.js';
import { h, icon, type Child } from './dom.js';
import { plainNodes } from './markdown.js';
import type { Words } from './words.js';

/** What a line can ask for. */
export interface LineParts {
  words: Words;
  /** How the business is called. */
  name: string;
  press: (action: { id: string; label: string }, entry: number | undefined) => void;
  retry: (id: string) => void;
  discard: (id: string) => void;
}

/** Draws one message. */
export function drawLine(line: Line, parts: LineParts): HTMLElement {
  const { direction, state, at, key } = line;
  const { words, name } = parts;
  const speaker = h('span', { class: 'hidden' }, `${direction === 'out' ? name : words.you}: `);
  return h(
    'div',
    { class: `line ${direction}${state === 'failed' ? ' failed' : ''}`, role: 'article', 'data-key': key },
    speaker,
    ...(line.body.type === 'said' ? said(line, parts) : shown(line, parts)),
    h(
      'div',
      { class: 'meta' },
      line.isEdited && `${words.edited} · `,
      h('time', { datetime: at }, clock(at)),
      state && mark(state, words),
    ),
    state === 'failed' &&
      h(
        'div',
        { class: 'again' },
        h('button', { type: 'button', onclick: () => parts.retry(key) }, words.retry),
        h('button', { type: 'button', onclick: () => parts.discard(key) }, words.discard),
      ),
  );
}

/** Components that belong together share a bubble; what is wide or pressed stands alone. */
function shown({ body, entryId }: Line, { words, press }: LineParts): Child[] {
  if (body.type !== 'components') return [];
  const drawing = { words, press: (action: { id: string; label: string }) => press(action, entryId) };
  return body.components.map((component) => {
    const drawn = draw(component, drawing);
    return component.type === 'text' && drawn ? h('div', { class: 'bubble' }, drawn) : drawn;
  });
}

function said({ body }: Line, { words }: LineParts): Child[] {
  if (body.type !== 'said') return [];
  const { text, action, files = [] } = body;
  const label = text ?? action?.label ?? action?.id;
  return [
    ...files.map((one) => h('figure', { class: `media of-${one.media}` }, file(one, words))),
    label && h('div', { class: 'bubble' }, h('div', { class: 'text', dir: 'auto' }, ...plainNodes(label))),
  ];
}

const MARKS = { sending: 'clock', sent: 'check', seen: 'checks', failed: 'alert' } as const;

function mark(state: keyof typeof MARKS, words: Words): Child {
  return h(
    'span',
    { class: `mark ${state}` },
    icon(MARKS[state]),
    h('span', { class: 'hidden' }, words[state]),
  );
}

function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

/** The heading of a day. */
export function dayOf(at: string, words: Words): string {
  const date = new Date(at);
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
