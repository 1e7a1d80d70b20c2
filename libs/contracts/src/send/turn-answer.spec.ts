import { describe, expect, it } from '@jest/globals';
import { readTurnAnswer } from './turn-answer.js';

describe('answers of agents', () => {
  it.each([
    [undefined, []],
    [{}, []],
    [{ messages: [] }, []],
    [{ text: 'Hi' }, [{ text: 'Hi' }]],
    [{ messages: ['Hi', { text: 'two' }] }, [{ text: 'Hi' }, { text: 'two' }]],
    [
      { messages: [{ image: { url: 'https://x.test/a.png', caption: 'A' } }] },
      [{ media: [{ media: 'image', source: { url: 'https://x.test/a.png' }, caption: 'A' }] }],
    ],
  ])('reads %j', (answer, contents) => {
    expect(readTurnAnswer(answer)).toEqual({ ok: contents });
  });

  it.each([
    [{ tokens: 1200 }, { tokens: 1200 }],
    [
      { inputTokens: 1000, outputTokens: 200 },
      { tokens: 1200, inputTokens: 1000, outputTokens: 200 },
    ],
    [{ outputTokens: 7 }, { tokens: 7, outputTokens: 7 }],
  ])('R9: reads the usage %j', (usage, read) => {
    expect(readTurnAnswer({ text: 'Hi', usage })).toEqual({ ok: [{ text: 'Hi' }], usage: read });
  });

  it.each([
    [{}, 'usage'],
    ['1200', 'usage'],
    [[1], 'usage'],
    [{ tokens: -1 }, 'usage.tokens'],
    [{ tokens: 0.5 }, 'usage.tokens'],
    [{ tokens: '7' }, 'usage.tokens'],
    [{ tokens: 1e10 }, 'usage.tokens'],
    [{ tokens: 1, inputTokens: 1 }, 'usage.tokens'],
    [{ words: 7 }, 'usage.words'],
  ])('R9: refuses the usage %j for its field', (usage, field) => {
    expect(readTurnAnswer({ usage })).toMatchObject({ errors: [{ field }] });
  });

  it.each([
    ['Hi', 'body'],
    [['Hi'], 'body'],
    [{ message: 'Hi' }, 'message'],
    [{ text: 'a', messages: ['b'] }, 'text'],
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: Array(21).fill('x') }, 'messages'],
    [{ messages: [7] }, 'messages.0'],
    [{ messages: [{ colour: 'red' }] }, 'messages.0.colour'],
    [{ messages: [{}] }, 'messages.0'],
    [{ text: 'a\0b' }, 'text'],
  ])('refuses %j for its field', (answer, field) => {
    expect(readTurnAnswer(answer)).toMatchObject({ errors: [{ field }] });
  });
});
