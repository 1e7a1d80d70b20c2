// An author's process: registers jobs and runs them until it is told to stop. Run by jobs.e2e.ts; the SDK reads its environment.
import { setTimeout as delay } from 'node:timers/promises';
import { Channels, currentRun, defineJob, Jobs } from '@skein/sdk';

const { PHONE, CRASH_ONCE } = process.env;

/** Shaped as in the documentation of the source: every day at 9, one message to each who is due. */
const reminders = defineJob({
  name: 'appointment-reminders',
  description: 'Send next-day appointment reminders every morning',
  schedule: {
    type: 'cron',
    expression: '0 9 * * *', // every day at 9 AM
  },
  retry: { attempts: 3 },
  execute: async ({ attempt, job }) => {
    for (const time of ['3pm', '4pm']) {
      await Channels.send({
        channel: 'whatsapp',
        to: { phoneNumber: PHONE },
        text: `Reminder: your appointment is tomorrow at ${time}.`,
      });
      process.send({ sent: time, attempt, job, isCurrent: currentRun()?.job === job });
      if (CRASH_ONCE && attempt === 1) process.kill(process.pid, 'SIGKILL');
    }
  },
});

const ticks = defineJob({
  name: 'ticks',
  schedule: { type: 'interval', seconds: 1 },
  missed: 'run_all',
  execute: ({ id }) => void process.send({ tick: id }),
});

const fails = defineJob({
  name: 'fails',
  schedule: { type: 'interval', seconds: 3600 },
  retry: { attempts: 2 },
  execute: ({ attempt }) => {
    throw new Error(`no luck with try ${attempt}`);
  },
});

const slow = defineJob({
  name: 'slow',
  schedule: { type: 'interval', seconds: 3600 },
  timeout: 1,
  execute: async ({ signal }) => {
    await delay(60_000, undefined, { signal }).catch(() => process.send({ aborted: signal.aborted }));
  },
});

const once = defineJob({
  name: 'soon',
  schedule: { type: 'once', executeAt: new Date(Number(process.env.SOON)) },
  execute: ({ firingAt }) => void process.send({ once: firingAt.toISOString() }),
});

const all = { reminders, ticks, fails, slow, once };
const worker = await Jobs.start(process.env.JOBS.split(',').map((name) => all[name]));
process.send({ ready: true });
process.once('message', async () => {
  await worker.stop();
  process.exit(0);
});
