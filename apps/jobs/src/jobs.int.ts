import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ClaimedRun, JobSchedule, MissedPolicy } from '@skein/contracts';
import {
  claimRuns,
  dataSourceOf,
  dbOf,
  deleteJob,
  endRun,
  extendRun,
  findJob,
  listRuns,
  pauseJob,
  putJob,
  resumeJob,
  triggerJob,
  type Db,
  type JobDefinition,
  type JobRunView,
} from '@skein/persistence';
import { eventually, Replicas, startInfra, type Infra } from '@skein/testing';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** So long that whatever is punctual was woken by an alarm: two sweepers alone are 1.5 s late in the middle at best. */
const RARE_SWEEPS = { SKEIN_SWEEP_MS: '6000' };
const PUNCTUAL_MS = 1400;

let infra: Infra;
let source: ReturnType<typeof dataSourceOf>;
let db: Db;
let workspaceId: string;
let schedulers: Replicas;

beforeAll(async () => {
  infra = await startInfra();
  workspaceId = infra.workspaceId;
  await infra.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'Test')`, [workspaceId]);
  source = dataSourceOf({ url: infra.databaseUrl, poolSize: 6, applicationName: 'test' });
  await source.initialize();
  db = dbOf(source);
  schedulers = new Replicas(MAIN, infra, { SKEIN_SWEEP_MS: '1000' });
  await Promise.all([schedulers.start(0, RARE_SWEEPS), schedulers.start(1, RARE_SWEEPS)]);
});
afterAll(async () => {
  await schedulers.stop();
  await source.destroy();
  await infra.stop();
});
beforeEach(() => infra.sql('DELETE FROM jobs'));

async function put(name: string, schedule: JobSchedule, more: Partial<JobDefinition> = {}): Promise<void> {
  const rules = { retry: { attempts: 1 }, timeoutSeconds: 3600, missed: 'run_once' as MissedPolicy };
  expect(
    await putJob(db, workspaceId, { name, description: null, schedule, ...rules, ...more }),
  ).toHaveProperty('job');
}

const claim = (names: string[], leaseMs = 30_000, max = 1): Promise<ClaimedRun[]> =>
  claimRuns(db, { workspaceId, names, max, worker: 'test', leaseMs, key: null });

const runsOf = async (name: string): Promise<JobRunView[]> =>
  (await listRuns(db, { workspaceId, name, state: null }, { limit: 200, cursor: null })).items.reverse();

async function triggered(name: string, leaseMs?: number): Promise<ClaimedRun> {
  await triggerJob(db, workspaceId, name, null);
  return (await claim([name], leaseMs))[0] as ClaimedRun;
}

const HOURLY: JobSchedule = { type: 'interval', seconds: 3600 };

it('P15: two schedulers, one of them killed and replaced, and many workers: every firing runs once, in time', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `every-second-${index}`);
  for (const name of names) await put(name, { type: 'interval', seconds: 1 });
  const executed: string[] = [];
  let isOver = false;
  const worker = async (): Promise<void> => {
    while (!isOver) {
      for (const { id, token } of await claim(names, 30_000, 5)) {
        executed.push(id);
        await endRun(db, { workspaceId, id, token }, 'done', null);
      }
    }
  };
  const workers = Array.from({ length: 4 }, worker);
  await eventually(() => expect(executed.length).toBeGreaterThan(20), { timeoutMs: 30_000 });
  // The first ones waited for the schedulers to start.
  const since = new Date();
  const done = (count: number): Promise<void> =>
    eventually(
      async () => {
        const text = `SELECT id FROM job_runs WHERE state = 'done' AND firing_at > $1`;
        expect((await infra.sql(text, [since])).length).toBeGreaterThanOrEqual(count);
      },
      { timeoutMs: 30_000 },
    );
  await done(20);
  await schedulers.kill(0);
  await done(50);
  await schedulers.start(0, RARE_SWEEPS);
  await done(80);
  await schedulers.stop();
  await eventually(
    async () => expect(await infra.sql(`SELECT id FROM job_runs WHERE state <> 'done' LIMIT 1`)).toEqual([]),
    { timeoutMs: 20_000 },
  );
  isOver = true;
  await Promise.all(workers);
  await Promise.all([schedulers.start(0), schedulers.start(1)]);
  expect(new Set(executed).size).toBe(executed.length);
  const lates: number[] = [];
  for (const name of names) {
    const runs = await runsOf(name);
    const times = runs.map(({ firingAt }) => firingAt.getTime());
    times.slice(1).forEach((at, index) => expect(at - (times[index] as number)).toBe(1000));
    const later = runs.filter(({ firingAt }) => firingAt > since);
    lates.push(...later.map(({ createdAt, firingAt }) => createdAt.getTime() - firingAt.getTime()));
  }
  const median = lates.sort((a, b) => a - b)[Math.floor(lates.length / 2)];
  expect(median).toBeLessThan(PUNCTUAL_MS);
  expect(lates[0]).toBeGreaterThanOrEqual(0);
}, 90_000);

it('P15: refuses a job more than a workspace may have, and goes on changing those it has', async () => {
  await put('known', HOURLY);
  await infra.sql(
    `INSERT INTO jobs (id, workspace_id, name, schedule, retry, timeout_seconds, missed, anchor_at)
     SELECT gen_random_uuid(), j.workspace_id, 'job ' || n, j.schedule, j.retry, j.timeout_seconds, j.missed, j.anchor_at
     FROM jobs j CROSS JOIN generate_series(2, 1000) AS n`,
  );
  const rules = { retry: { attempts: 1 }, timeoutSeconds: 60, missed: 'skip' as const, description: null };
  const tooMany = await putJob(db, workspaceId, { name: 'one more', schedule: HOURLY, ...rules });
  expect(tooMany).toEqual({ errors: [{ field: 'name', reason: 'is of one job more than 1000' }] });
  await put('known', HOURLY, { timeoutSeconds: 60 });
});

it('P15: the run of a worker that died is lost, or tried again as often as retry says; the late result is refused', async () => {
  await put('once', HOURLY);
  await put('thrice', HOURLY, { retry: { attempts: 3 } });
  const [gone, zombie] = [await triggered('once', 300), await triggered('thrice', 300)];
  const late = (run: ClaimedRun) => endRun(db, { workspaceId, ...run }, 'done', null);
  await eventually(async () => expect(await runsOf('once')).toMatchObject([{ state: 'lost', attempt: 1 }]));
  const second = await eventually(async () => {
    const [run] = await claim(['thrice']);
    expect(run).toMatchObject({ id: zombie.id, attempt: 2 });
    return run as ClaimedRun;
  });
  expect(await late(gone)).toBe('superseded');
  expect(await late(zombie)).toBe('superseded');
  expect(await extendRun(db, { workspaceId, ...zombie }, 1000)).toBe(false);
  await endRun(db, { workspaceId, ...second }, 'failed', 'no');
  const [third] = await claim(['thrice']);
  expect(await late(third as ClaimedRun)).toMatchObject({ state: 'done', attempt: 3 });
  expect(await late(third as ClaimedRun)).toMatchObject({ state: 'done', attempt: 3 });
  expect(await claim(['once', 'thrice'])).toEqual([]);
});

it('P15: a run that takes longer than its timeout has failed, however often it shows that it lives', async () => {
  await put('slow', HOURLY, { timeoutSeconds: 1 });
  const run = await triggered('slow');
  await eventually(async () => {
    await extendRun(db, { workspaceId, ...run }, 60_000);
    expect(await runsOf('slow')).toMatchObject([
      { state: 'failed', error: expect.stringContaining('timeout') },
    ]);
  });
  expect(await endRun(db, { workspaceId, ...run }, 'done', null)).toBe('superseded');
});

it('P15: a try is repeated after its pause, which doubles; one that was given back does not count', async () => {
  await put('patient', HOURLY, { retry: { attempts: 3, delaySeconds: 100, backoff: 'exponential' } });
  const waits = async () =>
    (
      await infra.sql<{ s: number }>(
        `SELECT round(extract(epoch FROM due_at - now()))::int AS s FROM job_runs`,
      )
    )[0]?.s ?? 0;
  const again = async (): Promise<ClaimedRun> => {
    expect(await claim(['patient'])).toEqual([]);
    await infra.sql(`UPDATE job_runs SET due_at = now()`);
    return (await claim(['patient']))[0] as ClaimedRun;
  };
  const first = await triggered('patient');
  await endRun(db, { workspaceId, ...first }, 'released', null);
  const [released] = await claim(['patient']);
  expect(released?.attempt).toBe(1);
  await endRun(db, { workspaceId, ...(released as ClaimedRun) }, 'failed', 'no');
  expect(await waits()).toBeGreaterThan(95);
  expect(await waits()).toBeLessThanOrEqual(100);
  await endRun(db, { workspaceId, ...(await again()) }, 'failed', 'no');
  expect(await waits()).toBeGreaterThan(195);
  await endRun(db, { workspaceId, ...(await again()) }, 'failed', 'never');
  expect(await runsOf('patient')).toMatchObject([{ state: 'failed', attempt: 3, error: 'never' }]);
});

it('P15: after a downtime over several firings runs what the policy says', async () => {
  await schedulers.stop();
  for (const missed of ['run_once', 'skip', 'run_all'] as const) {
    await put(missed, { type: 'interval', seconds: 600 }, { missed });
  }
  // Four firings ago, the last of them five minutes.
  await infra.sql(`UPDATE jobs SET anchor_at = now() - interval '45 minutes', next_at = now() - interval '35 minutes',
    wake_at = now()`);
  await Promise.all([schedulers.start(0), schedulers.start(1)]);
  const states = async (name: string): Promise<string[]> => (await runsOf(name)).map(({ state }) => state);
  await eventually(
    async () => {
      expect(await states('run_once')).toEqual(['skipped', 'skipped', 'skipped', 'pending']);
      expect(await states('skip')).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
      expect(await states('run_all')).toEqual(['pending', 'pending', 'pending', 'pending']);
    },
    { timeoutMs: 30_000 },
  );
  const next = (await findJob(db, workspaceId, 'run_once'))?.nextAt?.getTime() ?? 0;
  expect(next - Date.now()).toBeGreaterThan(4 * 60_000);
}, 60_000);

it('P15: a firing that no worker took in time gives way to the next one, or is skipped', async () => {
  await put('run_once', { type: 'interval', seconds: 2 });
  await put('skip', { type: 'interval', seconds: 100_000 }, { missed: 'skip' });
  await infra.sql(`INSERT INTO job_runs (id, workspace_id, job_id, job_name, cause, firing_at, state, due_at, wake_at)
    SELECT gen_random_uuid(), workspace_id, id, name, 'schedule', now() - interval '2 minutes', 'pending', now(), now() FROM jobs`);
  await eventually(async () => {
    expect((await runsOf('run_once')).slice(0, 2).map(({ state }) => state)).toEqual(['skipped', 'pending']);
    expect((await runsOf('skip')).map(({ state }) => state)).toEqual(['skipped']);
  });
});

it('P15: to register again changes nothing in its course, unless the schedule is another; once is once', async () => {
  await put('job', HOURLY);
  const nextOf = async (name: string) => (await findJob(db, workspaceId, name))?.nextAt ?? null;
  const next = await nextOf('job');
  await put('job', HOURLY, { description: 'changed' });
  expect([await nextOf('job'), (await findJob(db, workspaceId, 'job'))?.description]).toEqual([
    next,
    'changed',
  ]);
  await put('job', { type: 'interval', seconds: 7200 });
  expect((await nextOf('job'))?.getTime()).toBeGreaterThan((next?.getTime() ?? 0) + 3_500_000);
  const soon: JobSchedule = { type: 'once', executeAt: new Date(Date.now() + 1000).toISOString() };
  await put('soon', soon);
  await eventually(async () => expect(await runsOf('soon')).toHaveLength(1));
  await put('soon', soon);
  expect([await nextOf('soon'), await runsOf('soon')]).toMatchObject([null, [{ state: 'pending' }]]);
  const past = { name: 'new', description: null, schedule: soon, retry: { attempts: 1 }, timeoutSeconds: 1 };
  expect(await putJob(db, workspaceId, { ...past, missed: 'skip' })).toMatchObject({
    errors: [{ field: 'schedule.executeAt' }],
  });
});

it('P15: a paused job fires no more but runs by hand, and what fell into the pause is not made up for', async () => {
  await put('job', { type: 'interval', seconds: 1 });
  expect(await pauseJob(db, workspaceId, 'job')).toMatchObject({ state: 'paused', nextAt: null });
  const before = (await runsOf('job')).length;
  const byHand = await triggered('job');
  expect(byHand).toMatchObject({ cause: 'trigger' });
  await put('job', { type: 'interval', seconds: 1 }, { description: 'still paused' });
  expect(await findJob(db, workspaceId, 'job')).toMatchObject({ state: 'paused', nextAt: null });
  const since = Date.now();
  expect(await resumeJob(db, workspaceId, 'job')).toMatchObject({ state: 'active' });
  await eventually(async () => expect((await runsOf('job')).length).toBeGreaterThan(before + 1));
  const scheduled = (await runsOf('job')).slice(before + 1);
  for (const { firingAt } of scheduled) expect(firingAt.getTime()).toBeGreaterThan(since);
});

it('P15: a claim that is repeated has the run anew; who asked first can neither give it back nor end it', async () => {
  await put('job', HOURLY);
  await triggerJob(db, workspaceId, 'job', null);
  const asked = { workspaceId, names: ['job'], max: 1, worker: null, leaseMs: 30_000, key: 'claim-1' };
  const [first] = (await claimRuns(db, asked)) as [ClaimedRun];
  const [again] = (await claimRuns(db, asked)) as [ClaimedRun];
  expect(again).toMatchObject({ id: first.id, attempt: 1 });
  expect(await endRun(db, { workspaceId, ...first }, 'released', null)).toBe('superseded');
  expect(await claim(['job'])).toEqual([]);
  expect(await endRun(db, { workspaceId, ...again }, 'done', null)).toMatchObject({ state: 'done' });
});

it('P15: one workspace sees and takes nothing of another; a deleted job refuses its worker', async () => {
  await put('job', HOURLY);
  const run = await triggered('job');
  const other = { workspaceId: 'other', id: run.id, token: run.token };
  expect(await endRun(db, other, 'done', null)).toBeUndefined();
  expect(await extendRun(db, other, 1000)).toBe(false);
  expect([await findJob(db, 'other', 'job'), await deleteJob(db, 'other', 'job')]).toEqual([
    undefined,
    false,
  ]);
  await triggerJob(db, workspaceId, 'job', null);
  const elsewhere = { workspaceId: 'other', names: ['job'], max: 1, worker: null, leaseMs: 1000, key: null };
  expect(await claimRuns(db, elsewhere)).toEqual([]);
  expect(await deleteJob(db, workspaceId, 'job')).toBe(true);
  expect(await endRun(db, { workspaceId, ...run }, 'done', null)).toBeUndefined();
});
