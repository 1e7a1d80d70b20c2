import type { Command } from 'commander';
import { action, text, type Run } from '../run.js';
import { paged, showList, showOne, when, type Column } from '../show.js';

interface Job {
  name: string;
  description: string | null;
  schedule: { type: string; expression?: string; seconds?: number; executeAt?: string };
  timeZone: string;
  state: string;
  nextAt: string | null;
  lastRun: { id: string; state: string; firingAt: string } | null;
  retry: object;
  timeout: number;
  missed: unknown;
}

interface JobRun {
  id: string;
  state: string;
  cause: string;
  firingAt: string;
  attempt: number;
  worker: string | null;
  error: string | null;
  startedAt: string | null;
  endedAt: string | null;
}

const JOBS: Column<Job>[] = [
  ['JOB', ({ name }) => name],
  ['SCHEDULE', scheduleOf],
  ['STATE', ({ state }) => state],
  ['NEXT', ({ nextAt }) => when(nextAt)],
  ['LAST RUN', ({ lastRun }) => (lastRun === null ? '' : `${lastRun.state} ${when(lastRun.firingAt)}`)],
  ['DESCRIPTION', ({ description }) => description],
];

const RUNS: Column<JobRun>[] = [
  ['RUN', ({ id }) => id],
  ['FOR', ({ firingAt }) => when(firingAt)],
  ['STATE', ({ state }) => state],
  ['CAUSE', ({ cause }) => cause],
  ['TRY', ({ attempt }) => attempt],
  ['WORKER', ({ worker }) => worker],
  ['ENDED', ({ endedAt }) => when(endedAt)],
  ['ERROR', ({ error }) => error],
];

export function addJobs(program: Command): void {
  const jobs = program.command('jobs').description('Jobs and their runs');
  paged(jobs.command('list', { isDefault: true }).description('The jobs of the workspace')).action(
    action((run) => showList(run, '/v1/jobs', JOBS)),
  );
  jobs.command('show <name>').description('One job').action(action(show));
  paged(jobs.command('runs <name>').description('Its runs, the latest first'))
    .option('--state <state>', 'only those in this state')
    .action(
      action((run) => showList(run, `${pathOf(run)}/runs`, RUNS, { state: text(run.options, 'state') })),
    );
  jobs.command('trigger <name>').description('Ask for a run now').action(action(trigger));
  jobs
    .command('pause <name>')
    .description('Fire no more until it is resumed')
    .action(action(change('pause')));
  jobs
    .command('resume <name>')
    .description('Fire again from now on')
    .action(action(change('resume')));
  jobs.command('delete <name>').description('Delete it with its runs').action(action(remove));
}

const pathOf = ({ args }: Run): string => `/v1/jobs/${encodeURIComponent(args[0] ?? '')}`;

function scheduleOf({ schedule, timeZone }: Job): string {
  const { type, expression, seconds, executeAt } = schedule;
  if (type === 'cron') return `${expression} (${timeZone})`;
  return type === 'interval' ? `every ${seconds} s` : `once at ${when(executeAt)}`;
}

async function show(run: Run): Promise<void> {
  showJob(run, await run.client.get<Job>(pathOf(run)));
}

function showJob(run: Run, job: Job): void {
  showOne(run, job, [
    ['job', job.name],
    ['description', job.description],
    ['schedule', scheduleOf(job)],
    ['state', job.state],
    ['next', when(job.nextAt)],
    ['last run', job.lastRun && `${job.lastRun.id} ${job.lastRun.state}`],
    ['retry', job.retry],
    ['timeout', `${job.timeout} s`],
    ['missed', job.missed],
  ]);
}

async function trigger(run: Run): Promise<void> {
  const made = await run.client.post<JobRun>(`${pathOf(run)}/trigger`);
  showOne(run, made, [
    ['run', made.id],
    ['state', made.state],
    ['for', when(made.firingAt)],
  ]);
}

function change(what: 'pause' | 'resume'): (run: Run) => Promise<void> {
  return async (run) => showJob(run, await run.client.post<Job>(`${pathOf(run)}/${what}`));
}

async function remove(run: Run): Promise<void> {
  const { client, screen, args } = run;
  await client.json('DELETE', pathOf(run));
  if (screen.json) screen.data({ deleted: args[0] });
  else screen.line(`${screen.colours.green('✓')} deleted ${args[0]}`);
}
