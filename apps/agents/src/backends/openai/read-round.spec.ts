import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRound } from './read-round.js';

const event = (chunk: unknown): string => `data: ${JSON.stringify(chunk)}\n\n`;
const delta = (value: object, finish: string | null = null): string =>
  event({ choices: [{ index: 0, delta: value, finish_reason: finish }] });
const tool = (call: object): string => delta({ tool_calls: [call] });
const STOP = delta({}, 'stop');
const DONE = 'data: [DONE]\n\n';

async function* body(text: string, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (...events: string[]) => readRound(body(events.join('')));

describe('R7: a streamed completion', () => {
  it('is put together whatever the pieces it comes in', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 50 }),
        async (parts, size) => {
          const events = [...parts.map((content) => delta({ content })), STOP, DONE].join('');
          expect((await readRound(body(events, size))).text).toBe(parts.join(''));
        },
      ),
      { numRuns: 50 },
    ));

  it('puts several tool calls together, in turns, and counts tokens', async () => {
    const round = await read(
      delta({ role: 'assistant', content: null }),
      tool({ index: 0, id: 'a', function: { name: 'send_text', arguments: '' } }),
      tool({ index: 1, id: 'b', function: { name: 'send_link', arguments: '{' } }),
      tool({ index: 0, function: { arguments: '{"text":' } }),
      tool({ index: 1, function: { arguments: '}' } }),
      tool({ index: 0, function: { arguments: '"Hi"}' } }),
      delta({}, 'tool_calls'),
      event({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } }),
      DONE,
    );
    expect(round.calls.map(({ id, function: { name, arguments: args } }) => [id, name, args])).toEqual([
      ['a', 'send_text', '{"text":"Hi"}'],
      ['b', 'send_link', '{}'],
    ]);
    expect(round.tokens).toEqual({ input: 12, output: 3 });
  });

  it.each([[1e300], [1e12], [1_000_000_001]])(
    'R9: counts %d tokens as the most that one answer may report',
    async (count) => {
      const { tokens } = await read(
        event({ choices: [], usage: { prompt_tokens: count, completion_tokens: -1 } }),
        STOP,
      );
      expect(tokens).toEqual({ input: 1_000_000_000, output: 0 });
    },
  );

  it('knows calls without an index by their ids, as some servers send them', async () => {
    const { calls } = await read(
      tool({ id: 'a', function: { name: 'one', arguments: '{' } }),
      tool({ function: { arguments: '}' } }),
      tool({ id: 'b', function: { name: 'two', arguments: '{}' } }),
      STOP,
    );
    expect(calls.map(({ function: { name, arguments: args } }) => [name, args])).toEqual([
      ['one', '{}'],
      ['two', '{}'],
    ]);
  });

  it.each<[string, string[]]>([
    ['was cut off', [delta({ content: 'I was ab' })]],
    ['was cut off', []],
    ['no chunk', ['data: {"choices"\n\n']],
    ['no chunk', ['data: 5\n\n']],
    ['reported an error', [event({ error: { message: 'the prompt was …' } })]],
    ['belongs nowhere', [tool({ function: { arguments: '{}' } })]],
    ['belongs nowhere', [tool({ index: 1e9, id: 'a' })]],
    ['belongs nowhere', [tool({ index: -1, id: 'a' })]],
  ])('that %s ends the try: %j', async (words, events) => {
    await expect(read(...events)).rejects.toThrow(words);
    await expect(read(...events)).rejects.toMatchObject({ code: 'backend' });
  });

  it('needs no [DONE] after a reason to stop', async () =>
    expect(await read(delta({ content: 'Hi' }), STOP)).toMatchObject({ text: 'Hi', finish: 'stop' }));
});
