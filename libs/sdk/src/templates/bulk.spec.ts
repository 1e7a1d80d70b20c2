import { expect, it } from '@jest/globals';
import { inRun, type JobRun } from '../jobs/current-run.js';
import { createSkein } from '../skein.js';

it('P8, P15: a run that is tried again comes to the same bulk send', async () => {
  const keys: unknown[] = [];
  const { Templates } = createSkein({
    url: 'http://skein.test',
    apiKey: 'k',
    fetch: async (_url, { headers }) => {
      keys.push(headers['idempotency-key']);
      return new Response('{}', { status: 202, headers: { 'content-type': 'application/json' } });
    },
  });
  const to = { phoneNumbers: ['+5215512345678'] };
  const run: JobRun = {
    ...{ id: 'r1', job: 'j', attempt: 1, cause: 'schedule', firingAt: new Date() },
    signal: new AbortController().signal,
  };
  await inRun(run, () => Templates.whatsapp.start('wa', 't', to));
  await inRun({ ...run, attempt: 2 }, () => Templates.whatsapp.start('wa', 't', to));
  await inRun(run, () => Templates.whatsapp.start('wa', 't', { ...to, idempotencyKey: 'mine' }));
  await Templates.whatsapp.start('wa', 't', to);
  expect(keys.slice(0, 3)).toEqual(['job-r1-1', 'job-r1-1', 'mine']);
  expect(keys[3]).toMatch(/^[0-9a-f-]{36}$/);
});
