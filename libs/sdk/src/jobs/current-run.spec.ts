import { expect, it } from '@jest/globals';
import { currentOrigin } from '../context.js';
import { currentRun, inRun, nextSendKey, type JobRun } from './current-run.js';

function run(id: string, signal = new AbortController().signal): JobRun {
  return { id, job: 'reminders', attempt: 1, cause: 'schedule', firingAt: new Date(), signal };
}

const keys = (): (string | undefined)[] => [nextSendKey(), nextSendKey()];

it('P15, P2: a run that is tried again comes to the same keys; another run, and no run, do not', async () => {
  const first = await inRun(run('a'), async () => (await Promise.resolve(), [...keys(), currentOrigin()]));
  expect(first).toEqual(['job-a-1', 'job-a-2', 'job']);
  expect(inRun(run('a'), keys)).toEqual(['job-a-1', 'job-a-2']);
  expect(inRun(run('b'), keys)).toEqual(['job-b-1', 'job-b-2']);
  expect([nextSendKey(), currentRun(), currentOrigin()]).toEqual([undefined, undefined, undefined]);
});

it('P15: a run that is over for this process sends no more', () => {
  const over = new AbortController();
  over.abort();
  const error = expect.objectContaining({ code: 'superseded' });
  expect(() => inRun(run('a', over.signal), nextSendKey)).toThrow(error);
});
