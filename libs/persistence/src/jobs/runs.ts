import { newId, type JobRunState } from '@skein/contracts';
import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from '../queries/page.js';
import { RUN_COLUMNS, type JobRunView } from './job-view.js';

type Row = JobRunView & { seq: string } & Record<string, unknown>;

const TRIGGER = `
  INSERT INTO job_runs (id, workspace_id, job_id, job_name, cause, firing_at, request_key, state, due_at, wake_at)
  SELECT $1, workspace_id, id, name, 'trigger', now(), $4, 'pending', now(), now() + interval '10 seconds'
  FROM jobs WHERE workspace_id = $2 AND name = $3
  ON CONFLICT (job_id, request_key) WHERE request_key IS NOT NULL DO NOTHING`;

const TRIGGERED = `
  SELECT ${RUN_COLUMNS} FROM job_runs r JOIN jobs j ON j.id = r.job_id
  WHERE j.workspace_id = $1 AND j.name = $2 AND (r.id = $3 OR r.request_key = $4)`;

/**
 * Asks for a run now, beside the schedule and whether or not the job is paused.
 *
 * @param key the same key asks for the same run.
 * @returns the run; undefined when there is no such job
 */
export async function triggerJob(
  sql: Sql,
  workspaceId: string,
  name: string,
  key: string | null,
): Promise<JobRunView | undefined> {
  const id = newId();
  await sql.query('job-runs-trigger', TRIGGER, [id, workspaceId, name, key]);
  return (await sql.query<Row>('job-runs-triggered', TRIGGERED, [workspaceId, name, id, key]))[0];
}

const FIND = `SELECT ${RUN_COLUMNS} FROM job_runs r WHERE r.workspace_id = $1 AND r.id = $2`;

export async function findRun(sql: Sql, workspaceId: string, id: string): Promise<JobRunView | undefined> {
  return (await sql.query<Row>('job-runs-find', FIND, [workspaceId, id]))[0];
}

const LIST = `
  SELECT ${RUN_COLUMNS}, r.seq FROM job_runs r JOIN jobs j ON j.id = r.job_id
  WHERE j.workspace_id = $1 AND j.name = $2 AND ($3::text IS NULL OR r.state = $3) AND ($4::bigint IS NULL OR r.seq < $4)
  ORDER BY r.seq DESC LIMIT $5`;

/** The runs of a job, the latest first. */
export async function listRuns(
  sql: Sql,
  { workspaceId, name, state }: { workspaceId: string; name: string; state: JobRunState | null },
  { cursor, limit }: PageQuery,
): Promise<Page<JobRunView>> {
  const rows = await sql.query<Row>('job-runs-list', LIST, [workspaceId, name, state, cursor, limit + 1]);
  const { items, nextCursor } = pageOf(rows, limit, ({ seq }) => seq);
  return { items: items.map(({ seq: _seq, ...view }) => view), nextCursor };
}
