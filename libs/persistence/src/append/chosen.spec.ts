import { describe, expect, it } from '@jest/globals';
import { withChoice } from './chosen.js';

const choices = [
  { number: 1, id: 'yes', label: 'Yes' },
  { number: 2, id: 'later', label: 'Remind me later' },
];

describe('P16: answers to numbered choices', () => {
  it.each(['2', ' 2. ', '#2', '(2)', 'remind me LATER'])('%j is a press', (text) => {
    const action = { id: 'later', label: 'Remind me later' };
    expect(withChoice({ text }, choices)).toEqual({ text, action });
  });

  it.each(['3', '0', '22', 'two', 'maybe 2', '2 please', ''])('%j is an ordinary message', (text) => {
    expect(withChoice({ text }, choices)).toEqual({ text });
  });

  it('leaves presses, files and people without choices alone', () => {
    const pressed = { text: '2', action: { id: 'own' } };
    expect(withChoice(pressed, choices)).toBe(pressed);
    expect(withChoice({ text: '2' }, null)).toEqual({ text: '2' });
    const twice = [...choices, { number: 3, id: 'other', label: 'yes' }];
    expect(withChoice({ text: 'yes' }, twice)).toEqual({ text: 'yes' });
  });
});
