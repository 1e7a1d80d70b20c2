import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulk sends and campaigns. */
const UP: string[] = [
  // What somebody said about a campaign. Most campaigns have no row: a campaign is every message with its id.
  `CREATE TABLE campaigns (
     workspace_id text NOT NULL REFERENCES workspaces (id),
     id text NOT NULL,
     paused_at timestamptz,
     canceled_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id)
   )`,
  // One bulk send. Its order in the turns of its channel is fed_at: whoever was served longest ago is next.
  `CREATE TABLE batches (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL,
     campaign_id text NOT NULL,
     channel_id text NOT NULL,
     template_id uuid,
     command jsonb,
     body_hash bytea NOT NULL,
     total int NOT NULL,
     open boolean NOT NULL DEFAULT true,
     canceled_at timestamptz,
     fed_at timestamptz NOT NULL DEFAULT now(),
     wake_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
   )`,
  `CREATE INDEX batches_open ON batches (channel_id, fed_at) WHERE open`,
  `CREATE INDEX batches_to_wake ON batches (wake_at) WHERE wake_at IS NOT NULL`,
  `CREATE INDEX batches_by_campaign ON batches (workspace_id, campaign_id, created_at)`,
  // One place of a bulk send: waiting, accepted as a message, in error from the start, or canceled.
  `CREATE TABLE batch_items (
     batch_id uuid NOT NULL REFERENCES batches (id),
     idx int NOT NULL,
     address text,
     params jsonb,
     retry_of uuid,
     state text NOT NULL CHECK (state IN ('pending', 'accepted', 'error', 'canceled')),
     message_id uuid,
     error jsonb,
     PRIMARY KEY (batch_id, idx)
   ) WITH (fillfactor = 80)`,
  `CREATE INDEX batch_items_pending ON batch_items (batch_id, idx) WHERE state = 'pending'`,
  // A failed message is tried again at most once; its own failure may be tried again in turn.
  `CREATE UNIQUE INDEX batch_items_retry ON batch_items (retry_of) WHERE retry_of IS NOT NULL AND state <> 'canceled'`,
  // Every message that names no campaign is of "api": the index leaves those out, so that they cost nothing.
  `CREATE INDEX messages_by_campaign ON messages (workspace_id, campaign_id, seq) WHERE campaign_id <> 'api'`,
  `CREATE INDEX messages_campaign_backlog ON messages (channel_id)
     WHERE origin = 'campaign' AND status IN ('accepted', 'queued', 'sending')`,
];

export class Campaigns1764200000000 implements MigrationInterface {
  readonly name = 'Campaigns1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
