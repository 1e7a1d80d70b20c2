import { describe, expect, it } from '@jest/globals';
import { RefusalError, type Refusal } from '@skein/contracts';
import type { TurnContext } from '../backend.js';
import { toolsOf } from './agent-tool.js';

/** Calls an action of a turn whose send is refused. */
function refused(refusal: Refusal): Promise<unknown> {
  const sends = { send: () => Promise.reject(new RefusalError(refusal)) };
  const turn = { person: { kind: 'telegram', settings: {} }, sends } as unknown as TurnContext;
  const action = toolsOf(turn).find(({ name }) => name === 'send_text');
  if (action === undefined) throw new Error('There is no such action.');
  return action.run({ text: 'Hi' }, 'tool:0');
}

describe('R7: an action that is refused', () => {
  it('is told to the model, which can do something else', async () => {
    const detail = 'A turn sends at most 1000 messages.';
    expect(await refused({ code: 'not_supported', detail })).toEqual({ error: 'not_supported', detail });
    expect(await refused({ code: 'unavailable', detail: 'Perhaps.', outcomeUnknown: true })).toEqual({
      error: 'unavailable',
      detail: 'Perhaps.',
      outcomeUnknown: true,
    });
  });

  it('ends the try when the turn is over', () =>
    expect(refused({ code: 'forbidden', detail: 'The turn is over.' })).rejects.toThrow('The turn is over.'));
});
