import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs and their runs. */
const UP: string[] = [
  // `schedule` is as it was registered; `anchor_at` is what intervals count from. Nothing is due while `next_at` is null: the job is
  // paused, or it was to run once and has. `wake_at` is when the scheduler must look.
  `CREATE TABLE jobs (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     name text NOT NULL,
     description text,
     schedule jsonb NOT NULL,
     retry jsonb NOT NULL,
     timeout_seconds integer NOT NULL,
     missed text NOT NULL CHECK (missed IN ('run_once', 'skip', 'run_all')),
     is_paused boolean NOT NULL DEFAULT false,
     anchor_at timestamptz NOT NULL,
     next_at timestamptz,
     wake_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (workspace_id, name),
     CHECK ((next_at IS NULL) = (wake_at IS NULL))
   )`,
  `CREATE INDEX jobs_wake ON jobs (wake_at) WHERE wake_at IS NOT NULL`,
  // `token` is the fence: whoever has another one has lost the run. `request_key` makes a trigger repeatable, `claim_key` a claim.
  `CREATE TABLE job_runs (
     id uuid PRIMARY KEY,
     seq bigint GENERATED ALWAYS AS IDENTITY,
     workspace_id text NOT NULL,
     job_id uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
     job_name text NOT NULL,
     cause text NOT NULL CHECK (cause IN ('schedule', 'trigger')),
     firing_at timestamptz NOT NULL,
     request_key text,
     state text NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'lost', 'skipped')),
     attempt smallint NOT NULL DEFAULT 0,
     due_at timestamptz NOT NULL,
     token uuid,
     claim_key text,
     worker text,
     lease_until timestamptz,
     deadline_at timestamptz,
     wake_at timestamptz,
     error text,
     created_at timestamptz NOT NULL DEFAULT now(),
     started_at timestamptz,
     ended_at timestamptz,
     CHECK ((state IN ('pending', 'running')) = (wake_at IS NOT NULL))
   )`,
  `CREATE UNIQUE INDEX job_runs_firing ON job_runs (job_id, firing_at) WHERE cause = 'schedule'`,
  `CREATE UNIQUE INDEX job_runs_request ON job_runs (job_id, request_key) WHERE request_key IS NOT NULL`,
  `CREATE INDEX job_runs_pending ON job_runs (workspace_id, job_name, due_at) WHERE state = 'pending'`,
  `CREATE INDEX job_runs_claim ON job_runs (workspace_id, claim_key) WHERE state = 'running'`,
  `CREATE INDEX job_runs_wake ON job_runs (wake_at) WHERE wake_at IS NOT NULL`,
  `CREATE INDEX job_runs_by_job ON job_runs (job_id, seq)`,
  `CREATE INDEX job_runs_ended ON job_runs (ended_at) WHERE ended_at IS NOT NULL`,
];

export class Jobs1764100000000 implements MigrationInterface {
  readonly name = 'Jobs1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
