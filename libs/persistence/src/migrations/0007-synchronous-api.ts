import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the synchronous API channel keeps of its requests. */
const UP: string[] = [
  // One request with an idempotency key. `message_id` is the person's message that it became; `answer` the first complete answer,
  // which every repetition gets byte for byte.
  `CREATE TABLE synchronous_requests (
     workspace_id text NOT NULL REFERENCES workspaces (id),
     key text NOT NULL,
     channel_id text NOT NULL REFERENCES channels (id),
     body_hash bytea NOT NULL,
     message_id uuid,
     answer text,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, key)
   )`,
  // What a turn said is read by the turn.
  `CREATE INDEX messages_by_turn ON messages (turn_id, seq) WHERE turn_id IS NOT NULL`,
];

export class SynchronousApi1764300000000 implements MigrationInterface {
  readonly name = 'SynchronousApi1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
