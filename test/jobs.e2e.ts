import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSkein, type JobRunInfo, type Skein } from '@skein/sdk';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries } from './support/messages.js';
import { atNoon } from './support/noon.js';
import { newNumber, openWindow } from './support/people.js';

const WORKER = fileURLToPath(new URL('./support/job-worker.mjs', import.meta.url));

/** Short, so that a killed worker is missed soon. */
const LEASE_MS = 1500;

let stack: Stack;
let skein: Skein;
const workers: Worker[] = [];

interface Worker {
  child: ChildProcess;
  /** What it told of its runs, in order. */
  told: Record<string, unknown>[];
}

beforeAll(async () => {
  stack = await startStack({ env: { SKEIN_JOB_LEASE_MS: String(LEASE_MS) } });
  await atNoon(stack);
  skein = createSkein({ url: stack.dev.apiUrl, apiKey: stack.dev.apiKey });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map(({ child }) => end(child, () => child.kill('SIGKILL'))));
});
afterAll(() => stack.stop());

/** Another process of the author. */
async function startWorker(jobs: string[], env: Record<string, string> = {}): Promise<Worker> {
  const child = fork(WORKER, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      SKEIN_URL: stack.dev.apiUrl,
      SKEIN_API_KEY: stack.dev.apiKey,
      JOBS: jobs.join(','),
      SOON: String(Date.now() + 8000),
      ...env,
    },
  });
  const worker: Worker = { child, told: [] };
  child.on('message', (message) => worker.told.push(message as Record<string, unknown>));
  workers.push(worker);
  await eventually(() => expect(worker.told).toContainEqual({ ready: true }), { timeoutMs: 20_000 });
  return worker;
}

async function end(child: ChildProcess, how: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  how();
  await ended;
}

const runsOf = async (name: string): Promise<JobRunInfo[]> => (await skein.Jobs.runs(name)).items;

/** Waits until the only run of a job is as it should be. */
const untilRun = (name: string, run: object): Promise<void> =>
  eventually(async () => expect(await runsOf(name)).toMatchObject([run]), { timeoutMs: 20_000 });

const put = (name: string, body: unknown) => stack.api('PUT', `/v1/jobs/${name}`, { body });
const EVERY_HOUR = { type: 'interval', seconds: 3600 };

describe('jobs', () => {
  it('P15, P2: reminders go out once with origin job, although their worker was killed between two of them', async () => {
    const person = await openWindow(stack, newNumber());
    const env = { PHONE: person.address };
    const crashing = await startWorker(['reminders'], { ...env, CRASH_ONCE: 'yes' });
    const known = await skein.Jobs.get('appointment-reminders');
    expect(known).toMatchObject({ state: 'active', schedule: { type: 'cron', expression: '0 9 * * *' } });
    const hour = { hour: 'numeric', hourCycle: 'h23', timeZone: known.timeZone } as const;
    expect(new Intl.DateTimeFormat('en', hour).format(new Date(known.nextAt ?? 0))).toBe('09');
    await skein.Jobs.trigger('appointment-reminders');
    await eventually(() => expect(crashing.child.signalCode).toBe('SIGKILL'));
    const next = await startWorker(['reminders'], env);
    await untilRun('appointment-reminders', { state: 'done', attempt: 2, cause: 'trigger' });
    expect(next.told.filter(({ sent }) => sent)).toMatchObject([
      { sent: '3pm', attempt: 2, isCurrent: true },
      { sent: '4pm', attempt: 2, isCurrent: true },
    ]);
    const reminders = ['3pm', '4pm'].map((time) => `Reminder: your appointment is tomorrow at ${time}.`);
    expect((await person.texts()).filter((text) => text.startsWith('Reminder'))).toEqual(reminders);
    const { items } = await skein.Channels.listDeliveries({ limit: 200 });
    const sent = items.filter(({ text }) => text?.startsWith('Reminder'));
    expect(sent.map(({ origin }) => origin)).toEqual(['job', 'job']);
    const thread = await entries(stack, sent[0]?.conversationId ?? '');
    expect(thread.filter(({ origin }) => origin === 'job').map(({ text }) => text)).toEqual(reminders);
  }, 60_000);

  it('P15: of two processes one takes each firing; a worker that is stopped ends in peace', async () => {
    const pair = await Promise.all([startWorker(['ticks']), startWorker(['ticks'])]);
    const ticks = (): unknown[] => pair.flatMap(({ told }) => told.flatMap(({ tick }) => tick ?? []));
    await eventually(() => expect(ticks().length).toBeGreaterThan(4), { timeoutMs: 20_000 });
    await skein.Jobs.pause('ticks');
    await Promise.all(pair.map(({ child }) => end(child, () => child.send('stop'))));
    expect(pair.map(({ child }) => child.exitCode)).toEqual([0, 0]);
    expect(new Set(ticks()).size).toBe(ticks().length);
    const done = (await runsOf('ticks')).filter(({ state }) => state === 'done');
    expect(new Set(done.map(({ id }) => id))).toEqual(new Set(ticks()));
    expect(done.every(({ attempt }) => attempt === 1)).toBe(true);
  }, 60_000);

  it('P15: a run that throws is tried as often as retry says; one that takes too long has failed and is aborted; once is once', async () => {
    const worker = await startWorker(['fails', 'slow', 'once']);
    for (const name of ['fails', 'slow']) await skein.Jobs.trigger(name);
    await untilRun('fails', { state: 'failed', attempt: 2, error: 'no luck with try 2' });
    await untilRun('slow', { state: 'failed', attempt: 1, error: 'It took longer than its timeout.' });
    await untilRun('soon', { state: 'done', cause: 'schedule' });
    await eventually(() => expect(worker.told).toEqual(expect.arrayContaining([{ aborted: true }])));
    expect(await skein.Jobs.get('soon')).toMatchObject({ nextAt: null, lastRun: { state: 'done' } });
    // A process that starts later registers the same time, which is past by now.
    await startWorker(['once'], { SOON: String(Date.parse((await runsOf('soon'))[0]?.firingAt ?? '')) });
    expect(await runsOf('soon')).toHaveLength(1);
  }, 60_000);

  it('P15: the run of a worker that was never heard of again is lost, and its late result refused', async () => {
    await put('plain', { schedule: EVERY_HOUR });
    const headers = { 'Idempotency-Key': 'today' };
    const [first, second] = await Promise.all([
      stack.api<JobRunInfo>('POST', '/v1/jobs/plain/trigger', { headers }),
      stack.api<JobRunInfo>('POST', '/v1/jobs/plain/trigger', { headers }),
    ]);
    expect([first.status, first.body.id]).toEqual([202, second.body.id]);
    const body = { names: ['plain'], wait: 5, worker: 'by hand' };
    const claimed = await stack.api<{ runs: { id: string; token: string }[] }>('POST', '/v1/jobs/claim', {
      body,
    });
    const [{ id, token }] = claimed.body.runs as [{ id: string; token: string }];
    expect(id).toBe(first.body.id);
    const call = (what: string, said: object) =>
      stack.api('POST', `/v1/jobs/runs/${id}/${what}`, { body: { token, ...said } });
    expect(await call('heartbeat', {})).toMatchObject({ status: 200, body: { leaseMs: LEASE_MS } });
    await untilRun('plain', { state: 'lost', worker: 'by hand' });
    const gone = { status: 409, body: { code: 'superseded' } };
    expect(await call('heartbeat', {})).toMatchObject(gone);
    expect(await call('result', { status: 'done' })).toMatchObject(gone);
    expect((await stack.api('DELETE', '/v1/jobs/plain')).status).toBe(204);
    expect((await stack.api('GET', '/v1/jobs/plain')).status).toBe(404);
    expect(await call('result', { status: 'done' })).toMatchObject({ status: 404 });
  });

  it('P15: nothing is taken for somebody who has hung up', async () => {
    await put('hung-up', { schedule: EVERY_HOUR });
    const waiting = new AbortController();
    const headers = { 'x-api-key': stack.dev.apiKey, 'content-type': 'application/json' };
    const body = JSON.stringify({ names: ['hung-up'], wait: 30 });
    const { signal } = waiting;
    const claimNext = async (wait: number): Promise<object[]> => {
      const call = { method: 'POST', path: '/v1/jobs/claim', body: { names: ['hung-up'], wait } } as const;
      return (await skein.request<{ runs: object[] }>(call)).runs;
    };
    const claim = fetch(`${stack.dev.apiUrl}/v1/jobs/claim`, { method: 'POST', headers, body, signal });
    // The first one waits by the time that another one has waited in vain.
    expect(await claimNext(1)).toEqual([]);
    waiting.abort();
    await expect(claim).rejects.toThrow();
    await skein.Jobs.trigger('hung-up');
    expect(await claimNext(5)).toMatchObject([{ attempt: 1, cause: 'trigger' }]);
  });
});

describe('bad input', () => {
  const cron = (expression: string, more: object = {}) => ({
    schedule: { type: 'cron', expression, ...more },
  });

  it.each<[string, unknown, string]>([
    ['a cron that never fires', cron('0 0 30 2 *'), 'schedule.expression'],
    ['a cron with a wrong field', cron('99 * * * *'), 'schedule.expression'],
    ['a cron with too few fields', cron('* * *'), 'schedule.expression'],
    ['an unknown zone', cron('0 9 * * *', { timezone: 'Mars/Base' }), 'schedule.timezone'],
    ['a cron without expression', { schedule: { type: 'cron' } }, 'schedule.expression'],
    ['a field of another type', cron('0 9 * * *', { seconds: 5 }), 'schedule.seconds'],
    [
      'a time that is past',
      { schedule: { type: 'once', executeAt: '2020-01-01T00:00:00Z' } },
      'schedule.executeAt',
    ],
    ['a time that is none', { schedule: { type: 'once', executeAt: 'soon' } }, 'schedule.executeAt'],
    ['an interval below a second', { schedule: { type: 'interval', seconds: 0.5 } }, 'schedule.seconds'],
    ['no schedule', {}, 'schedule'],
    ['a schedule of no known type', { schedule: { type: 'sometimes' } }, 'schedule.type'],
    ['a timeout of nothing', { schedule: EVERY_HOUR, timeout: 0 }, 'timeout'],
    ['a retry without attempts', { schedule: EVERY_HOUR, retry: {} }, 'retry.attempts'],
    ['a policy that is none', { schedule: EVERY_HOUR, missed: 'sometimes' }, 'missed'],
    ['an unknown field', { schedule: EVERY_HOUR, cron: 'x' }, 'cron'],
    ['a name inside the body', { schedule: EVERY_HOUR, description: 'a\u0000b' }, 'description'],
  ])('P15: %s is refused, naming the field', async (_, body, field) => {
    expect(await put('bad', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: expect.arrayContaining([expect.objectContaining({ field })]) },
    });
  });

  it('P15: nobody finds an odd or unknown name, nor anything without a key', async () => {
    const unknown: [string, string][] = [
      ['GET', '/v1/jobs/nobody'],
      ['GET', '/v1/jobs/%00'],
      ['GET', '/v1/jobs/nobody/runs'],
      ['DELETE', '/v1/jobs/nobody'],
      ['POST', '/v1/jobs/nobody/trigger'],
      ['POST', '/v1/jobs/a.b/pause'],
      ['POST', '/v1/jobs/nobody/resume'],
    ];
    for (const [method, path] of unknown)
      expect([path, (await stack.api(method, path)).status]).toEqual([path, 404]);
    const token = crypto.randomUUID();
    for (const id of ['odd', crypto.randomUUID()]) {
      expect((await stack.api('POST', `/v1/jobs/runs/${id}/heartbeat`, { body: { token } })).status).toBe(
        404,
      );
    }
    const headers = { 'x-api-key': 'wrong' };
    for (const [method, path] of [
      ['GET', '/v1/jobs'],
      ['POST', '/v1/jobs/claim'],
    ] as const)
      expect((await stack.api(method, path, { headers })).status).toBe(401);
    expect(await put('odd.name', { schedule: EVERY_HOUR })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name' }] },
    });
  });

  it('P15: a wrong claim and a wrong result name the field', async () => {
    const wrong: [string, object, string][] = [
      ['/v1/jobs/claim', { names: [] }, 'names'],
      ['/v1/jobs/claim', { names: ['a'], wait: 31 }, 'wait'],
      ['/v1/jobs/claim', { names: ['a b'] }, 'names'],
      [`/v1/jobs/runs/${crypto.randomUUID()}/result`, { token: 'x', status: 'done' }, 'token'],
      [
        `/v1/jobs/runs/${crypto.randomUUID()}/result`,
        { token: crypto.randomUUID(), status: 'lost' },
        'status',
      ],
    ];
    for (const [path, body, field] of wrong) {
      expect(await stack.api('POST', path, { body })).toMatchObject({
        status: 400,
        body: { errors: [{ field }] },
      });
    }
    expect(await stack.api('GET', '/v1/jobs?state=done')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'state' }] },
    });
  });
});
