import { bullMq, JOB, QUEUE, queueOptions } from './bullmq.js';
import { listen } from './http-in.js';

/** HTTP in → queue: a request is answered when Redis has the job on disk. */
const queue = new bullMq.Queue(QUEUE, queueOptions());
listen(async (messages) => {
  const [only] = messages;
  const jobs =
    messages.length === 1 && only
      ? [await queue.add('send', only, JOB)]
      : await queue.addBulk(messages.map((data) => ({ name: 'send', data, opts: JOB })));
  return jobs.map(({ id }) => id ?? '');
});
