import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What turns need beyond one message and one answer, and the names that the send tool knows. */
const UP: string[] = [
  // How the agent's turns are gathered and limited: {debounceMs, maxBatch}; what they cost: {perTurn, perThousandTokens}.
  `ALTER TABLE agents ADD COLUMN turns jsonb NOT NULL DEFAULT '{}', ADD COLUMN credits jsonb NOT NULL DEFAULT '{}'`,
  // A turn that another one answers along with its own message ends as `merged`.
  `ALTER TABLE turns ADD COLUMN merged_into uuid REFERENCES turns (id), ADD COLUMN usage jsonb, ADD COLUMN credits numeric(18, 6)`,
  // The instructions that the agent was given in this try, so that they are done with whoever takes its answer.
  `ALTER TABLE turns ADD COLUMN told uuid[] NOT NULL DEFAULT '{}'`,
  `CREATE INDEX turns_merged ON turns (merged_into) WHERE merged_into IS NOT NULL`,
  `CREATE INDEX turns_by_agent ON turns (workspace_id, agent_id, ended_at) WHERE ended_at IS NOT NULL`,
  // What an agent was told and no turn has ended with yet.
  `CREATE INDEX messages_instructions ON messages (thread_id, seq) WHERE purpose = 'instruction' AND status = 'delivered'`,
  // What a turn sent before it ended: a rerun that comes to the same place of a track gets the first outcome back.
  `CREATE TABLE turn_sends (
     turn_id uuid NOT NULL REFERENCES turns (id),
     attempt smallint NOT NULL,
     track text NOT NULL,
     ordinal smallint NOT NULL,
     request_key text NOT NULL,
     body_hash bytea NOT NULL,
     message_id uuid NOT NULL,
     PRIMARY KEY (turn_id, attempt, track, ordinal),
     UNIQUE (turn_id, attempt, request_key)
   )`,
  // Aliases and home chats: `name` is what the tool is told, `target` what it stands for, which may be another name.
  `CREATE TABLE targets (
     workspace_id text NOT NULL REFERENCES workspaces (id),
     name text NOT NULL,
     kind text NOT NULL CHECK (kind IN ('home', 'alias')),
     target text NOT NULL,
     label text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, name)
   )`,
];

export class Turns1764000000000 implements MigrationInterface {
  readonly name = 'Turns1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
