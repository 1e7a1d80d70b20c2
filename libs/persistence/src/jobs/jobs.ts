import { JOB_LIMITS, newId, type FieldError } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from '../queries/page.js';
import { nextFiring, scheduleErrors, type JobClock } from './firing-times.js';
import { JOB_COLUMNS, type JobDefinition, type JobView } from './job-view.js';

type Row<T> = T & Record<string, unknown>;

const FROM = `FROM jobs j JOIN workspaces w ON w.id = j.workspace_id`;

/** Several processes of one author register at the same moment. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))`;

const KNOWN = `
  SELECT now() AS now, w.timezone AS "timeZone", coalesce(j.schedule = $3::jsonb, false) AS "isSame",
    j.id IS NULL AND (SELECT count(*) FROM jobs x WHERE x.workspace_id = $1) >= ${JOB_LIMITS.jobs} AS "isFull"
  FROM workspaces w LEFT JOIN jobs j ON j.workspace_id = w.id AND j.name = $2 WHERE w.id = $1`;

interface Known {
  now: Date;
  timeZone: string;
  isSame: boolean;
  /** A new job, and the workspace has as many as it may. */
  isFull: boolean;
}

/** A schedule that stays as it is keeps its next firing: to register a job again changes nothing in its course. */
const PUT = `
  INSERT INTO jobs AS j (id, workspace_id, name, description, schedule, retry, timeout_seconds, missed, anchor_at, next_at, wake_at)
  VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, now(), $9::timestamptz, CASE WHEN $9::timestamptz IS NOT NULL THEN now() END)
  ON CONFLICT (workspace_id, name) DO UPDATE SET description = excluded.description, schedule = excluded.schedule,
    retry = excluded.retry, timeout_seconds = excluded.timeout_seconds, missed = excluded.missed,
    anchor_at = CASE WHEN $10 THEN j.anchor_at ELSE excluded.anchor_at END,
    next_at = CASE WHEN $10 THEN j.next_at WHEN NOT j.is_paused THEN excluded.next_at END,
    wake_at = CASE WHEN $10 THEN j.wake_at WHEN NOT j.is_paused THEN excluded.wake_at END,
    updated_at = now()`;

/** Registers a job, or changes it. @returns the job, or what is wrong with its schedule */
export function putJob(
  db: Db,
  workspaceId: string,
  job: JobDefinition,
): Promise<{ job: JobView } | { errors: FieldError[] }> {
  const { name, description, schedule, retry, timeoutSeconds, missed } = job;
  return db.transaction(async (sql) => {
    await sql.query('jobs-lock', LOCK, [workspaceId, name]);
    const json = JSON.stringify(schedule);
    const rows = await sql.query<Row<Known>>('jobs-known', KNOWN, [workspaceId, name, json]);
    const [known] = rows as [Row<Known>];
    if (known.isFull)
      return { errors: [{ field: 'name', reason: `is of one job more than ${JOB_LIMITS.jobs}` }] };
    // What was to run once and has is in the past whenever its worker starts again.
    const errors = known.isSame ? [] : scheduleErrors(schedule, known.timeZone, known.now);
    if (errors.length > 0) return { errors };
    const next = known.isSame
      ? null
      : nextFiring({ schedule, timeZone: known.timeZone, anchorAt: known.now }, known.now);
    const said = [description, json, JSON.stringify(retry), timeoutSeconds, missed];
    await sql.query('jobs-put', PUT, [newId(), workspaceId, name, ...said, next ?? null, known.isSame]);
    return { job: (await findJob(sql, workspaceId, name)) as JobView };
  });
}

const FIND = `SELECT ${JOB_COLUMNS} ${FROM} WHERE j.workspace_id = $1 AND j.name = $2`;

export async function findJob(sql: Sql, workspaceId: string, name: string): Promise<JobView | undefined> {
  return (await sql.query<Row<JobView>>('jobs-find', FIND, [workspaceId, name]))[0];
}

const LIST = `
  SELECT ${JOB_COLUMNS} ${FROM}
  WHERE j.workspace_id = $1 AND ($2::text IS NULL OR j.name > $2) ORDER BY j.name LIMIT $3`;

/** The jobs of a workspace by name. */
export async function listJobs(sql: Sql, workspaceId: string, page: PageQuery): Promise<Page<JobView>> {
  const rows = await sql.query<Row<JobView>>('jobs-list', LIST, [workspaceId, page.cursor, page.limit + 1]);
  return pageOf<JobView>(rows, page.limit, ({ name }) => name);
}

const DELETE = `DELETE FROM jobs WHERE workspace_id = $1 AND name = $2 RETURNING id`;

/** Deletes a job with its runs; whoever runs it is refused from now on. @returns false when there was none */
export function deleteJob(db: Db, workspaceId: string, name: string): Promise<boolean> {
  return db.transaction(async (sql) => {
    // A registration under way must not take the job for one that goes on.
    await sql.query('jobs-lock', LOCK, [workspaceId, name]);
    return (await sql.query('jobs-delete', DELETE, [workspaceId, name])).length > 0;
  });
}

const PAUSE = `
  UPDATE jobs SET is_paused = true, next_at = NULL, wake_at = NULL, updated_at = now()
  WHERE workspace_id = $1 AND name = $2 AND NOT is_paused`;

/** Lets a job fire no more until it is resumed; a run under way goes on. */
export async function pauseJob(sql: Sql, workspaceId: string, name: string): Promise<JobView | undefined> {
  await sql.query('jobs-pause', PAUSE, [workspaceId, name]);
  return findJob(sql, workspaceId, name);
}

const PAUSED = `
  SELECT j.schedule, w.timezone AS "timeZone", j.anchor_at AS "anchorAt", now() AS now ${FROM}
  WHERE j.workspace_id = $1 AND j.name = $2 AND j.is_paused FOR UPDATE OF j`;

const RESUME = `
  UPDATE jobs SET is_paused = false, next_at = $3::timestamptz, wake_at = CASE WHEN $3::timestamptz IS NOT NULL THEN now() END,
    updated_at = now()
  WHERE workspace_id = $1 AND name = $2`;

/** Lets a job fire again, from now on: what fell into the pause was not missed. */
export function resumeJob(db: Db, workspaceId: string, name: string): Promise<JobView | undefined> {
  return db.transaction(async (sql) => {
    const [paused] = await sql.query<Row<JobClock & { now: Date }>>('jobs-paused', PAUSED, [
      workspaceId,
      name,
    ]);
    if (paused !== undefined)
      await sql.query('jobs-resume', RESUME, [workspaceId, name, nextFiring(paused, paused.now) ?? null]);
    return findJob(sql, workspaceId, name);
  });
}
