import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseText } from './parse-text.js';

const block = (name: string, ...body: string[]): string => [`::: ${name}`, ...body, ':::'].join('\n');

describe('P16: blocks in text', () => {
  it('reads every block of the grammar, text between kept in order', () => {
    const { components, losses } = parseText(
      [
        'Hello',
        block('list-item', '![image](https://x.test/a.png)', '# One', '## first', 'more'),
        '',
        block('list-item', '# Two'),
        'between',
        block('horizontal-list-item', '# Three'),
        block('actions', '- Yes', '- [No thanks](no)'),
        block('links', '[Docs](https://x.test/docs)', '[Mail](mailto:a@x.test)'),
        block('images', '![Cat](https://x.test/cat.jpg)'),
        block('documents', '[Bill](https://x.test/bill.pdf)'),
        block('payment', '[Pay](https://pay.test/1)'),
        block('flow', 'flow_id=77', 'flow_cta = Start', 'body=a=b'),
        block('navigate', '[Cart](/cart)'),
        block('table', 'a,"b, ""c"""', '1,2'),
      ].join('\n'),
    );
    expect(losses).toEqual([]);
    expect(components).toEqual([
      { type: 'text', text: 'Hello' },
      {
        type: 'list',
        layout: 'vertical',
        items: [
          { id: 'One', title: 'One', subtitle: 'first\nmore', imageUrl: 'https://x.test/a.png' },
          { id: 'Two', title: 'Two' },
        ],
      },
      { type: 'text', text: 'between' },
      { type: 'list', layout: 'horizontal', items: [{ id: 'Three', title: 'Three' }] },
      {
        type: 'actions',
        actions: [
          { id: 'Yes', label: 'Yes' },
          { id: 'no', label: 'No thanks' },
        ],
      },
      {
        type: 'links',
        links: [
          { label: 'Docs', url: 'https://x.test/docs' },
          { label: 'Mail', url: 'mailto:a@x.test' },
        ],
      },
      { type: 'media', media: 'image', source: { url: 'https://x.test/cat.jpg' }, caption: 'Cat' },
      { type: 'media', media: 'file', source: { url: 'https://x.test/bill.pdf' }, caption: 'Bill' },
      { type: 'payment', label: 'Pay', url: 'https://pay.test/1' },
      { type: 'flow', fields: { flow_id: '77', flow_cta: 'Start', body: 'a=b' } },
      { type: 'navigate', label: 'Cart', path: '/cart' },
      {
        type: 'table',
        rows: [
          ['a', 'b, "c"'],
          ['1', '2'],
        ],
      },
    ]);
  });

  it.each([
    ['an unknown block', block('video-call', 'x')],
    ['a block without an end', '::: actions\n- Yes'],
    ['an empty block', block('actions')],
    ['a script address', block('links', '[x](javascript:alert(1))')],
    ['another origin', block('navigate', '[x](//evil.test/)')],
    ['another origin by backslash', block('navigate', '[x](/\\evil.test)')],
    ['half a list of links', block('links', '[a](https://x.test)', 'oops')],
    ['an open quote', block('table', 'a,"b')],
    ['a stray end', 'a\n:::\nb'],
  ])('%s stays as text and is reported', (_name, text) => {
    const parsed = parseText(text);
    expect(parsed.components).toEqual([{ type: 'text', text }]);
    expect(parsed.losses).toMatchObject([{ effect: 'literal' }]);
  });

  it.each(['```', '~~~', '````'])('leaves code in %s alone', (fence) => {
    const text = `${fence}\n::: actions\n- Yes\n:::\n${fence}`;
    expect(parseText(text)).toEqual({ components: [{ type: 'text', text }], losses: [] });
  });

  it.each(['```code``` in a line', '```let a;\nlet b;```'])('reads blocks after %j', (text) => {
    expect(parseText(`${text}\n${block('actions', '- Yes')}`).components).toMatchObject([
      { type: 'text', text },
      { type: 'actions' },
    ]);
  });

  it('numbers repeated list titles, so that every choice has its own id', () => {
    const { components } = parseText(`${block('list-item', '# A')}\n${block('list-item', '# A')}`);
    expect(components).toMatchObject([{ items: [{ id: 'A' }, { id: 'A 2' }] }]);
  });

  it('never throws, and text without blocks comes back', () => {
    const line = fc.constantFrom(
      ':::',
      '::: actions',
      '::: table',
      '"',
      '- a',
      '```',
      '',
      ',"',
      '[a](https://x.test)',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line, fc.string()), { maxLength: 60 }),
        (lines) => void parseText(lines.join('\n')),
      ),
    );
  });

  it.each([
    ':::\n',
    '::: actions\n',
    '::: a\n:::\n',
    '```\n:::\n',
    '::: table\n"\n',
    '![[(',
    '::: table\n' + ' '.repeat(2000),
  ])('is linear on 100 KB of %j', (hostile) => {
    const started = process.cpuUsage();
    const { losses } = parseText(hostile.repeat(Math.ceil(100_000 / hostile.length)));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
    expect(losses.length).toBeLessThanOrEqual(51);
  });
});
