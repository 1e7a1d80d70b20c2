import type { MessageContent } from '@skein/contracts';
import fc from 'fast-check';

const word = fc.stringMatching(/^[A-Za-z0-9é漢😀]{1,30}$/u);
const words = fc.array(word, { minLength: 1, maxLength: 40 }).map((all) => all.join(' '));
const url = fc.stringMatching(/^[a-z0-9]{1,20}$/).map((path) => `https://x.test/${path}`);

function block(name: string, lines: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return lines.map((all) => [`::: ${name}`, ...all, ':::'].join('\n'));
}

const some = <T>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength });
const link = fc.tuple(word, url).map(([label, to]) => `[${label}](${to})`);
const card = fc
  .tuple(word, words, url)
  .map(([title, text, image]) => [`![i](${image})`, `# ${title}`, `## ${text}`]);

const piece = fc.oneof(
  words,
  block(
    'actions',
    some(
      fc.tuple(word, word).map(([label, id]) => `- [${label}](${id})`),
      30,
    ),
  ),
  block('list-item', card),
  some(block('horizontal-list-item', card), 4).map((cards) => cards.join('\n')),
  ...['links', 'images', 'documents', 'payment'].map((name) => block(name, some(link, 3))),
  block(
    'flow',
    fc.tuple(word, words).map(([id, body]) => [`flow_id=${id}`, `body=${body}`]),
  ),
  block(
    'navigate',
    word.map((path) => [`[${path}](/${path})`]),
  ),
  block(
    'table',
    some(
      fc.tuple(word, word).map((cells) => cells.join(',')),
      5,
    ),
  ),
);

/** Messages of any of the components, in any order. */
export const anyContent: fc.Arbitrary<MessageContent> = some(piece, 5).map((pieces) => ({
  text: pieces.join('\n'),
}));
