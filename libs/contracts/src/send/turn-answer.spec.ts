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
