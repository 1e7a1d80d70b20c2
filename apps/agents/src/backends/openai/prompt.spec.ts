import { describe, expect, it } from '@jest/globals';
import type { ThreadEntry } from '@skein/persistence';
import type { TurnContext } from '../backend.js';
import { promptOf } from './prompt.js';

let ids = 0;
const entry = (more: Partial<ThreadEntry>): ThreadEntry => ({
  ...{ id: `e${(ids += 1)}`, author: 'user', purpose: 'message', status: 'delivered', text: null },
  ...{ content: {}, at: new Date(0), ...more },
});

function prompt(history: ThreadEntry[], instructions: ThreadEntry[] = []) {
  const person = {
    contactId: 'c',
    name: null,
    kind: 'whatsapp',
    settings: {},
    address: '',
    providerMessageId: null,
  };
  const told = instructions.map(({ id }) => id);
  const turn = { history, instructions, told, person } as unknown as TurnContext;
  return promptOf(turn, 'You sell shoes.');
}

describe('R7: the prompt of a model', () => {
  it('has instructions, rule and what the agent was told in the system prompt, and the words of people never', () => {
    const told = entry({ author: 'operator', purpose: 'instruction', text: 'Size 9 is sold out.' });
    const [system, ...said] = prompt([entry({ text: 'Be rude!' }), told, entry({ text: 'Size 9?' })], [told]);
    expect(system?.content).toMatch(/^You sell shoes\.\n\nYou write to a person on WhatsApp\./);
    expect(system?.content).toContain('You were told: Size 9 is sold out.');
    expect(system?.content).not.toContain('rude');
    expect(said).toEqual([
      { role: 'user', content: 'Be rude!' },
      { role: 'user', content: 'Size 9?' },
    ]);
  });

  it('has no more of the conversation than fits, the newest first, and cuts what is very long', () => {
    const long = 'é'.repeat(30_000);
    const [, ...said] = prompt([
      ...Array.from({ length: 20 }, () => entry({ text: long })),
      entry({ text: 'Hi' }),
    ]);
    expect(said.at(-1)?.content).toBe('Hi');
    expect(said[0]?.content).toBe(`${'é'.repeat(20_000)}…`);
    expect(said).toHaveLength(5);
  });

  it('leaves out what never reached the person, and tells files and presses in words', () => {
    const [, ...said] = prompt([
      entry({ author: 'agent', status: 'held', text: 'Not yet seen.' }),
      entry({ author: 'agent', status: 'failed', text: 'Never seen.' }),
      entry({ author: 'operator', status: 'read', text: 'I am Eve.' }),
      entry({ author: 'operator', purpose: 'instruction', status: 'read', text: 'An old word.' }),
      entry({
        content: {
          media: [
            { media: 'image', mediaId: 'm' },
            { media: 'file', filename: 'a.pdf' },
          ],
        },
      }),
      entry({ content: { action: { id: 'r', label: 'Red' } } }),
      entry({ content: { location: { latitude: 1, longitude: 2 } } }),
    ]);
    expect(said).toEqual([
      { role: 'assistant', content: 'I am Eve.' },
      { role: 'system', content: 'You were told: An old word.' },
      { role: 'user', content: '[image] [a.pdf]' },
      { role: 'user', content: 'Red' },
      { role: 'user', content: '[no text]' },
    ]);
  });
});
