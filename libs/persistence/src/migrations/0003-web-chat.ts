import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the web chat keeps itself: there is no provider that would keep it. */
const UP = [
  // One line of a conversation. Ids of one address grow in the order of their commits, so the last one seen is a cursor.
  `CREATE TABLE web_chat_entries (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     channel_id text NOT NULL REFERENCES channels (id),
     address text NOT NULL,
     direction text NOT NULL CHECK (direction IN ('in', 'out')),
     call_id text UNIQUE,
     client_id text,
     payload jsonb NOT NULL,
     at timestamptz NOT NULL DEFAULT skein_now(),
     delivered_at timestamptz,
     read_at timestamptz
   )`,
  `CREATE INDEX web_chat_entries_by_address ON web_chat_entries (channel_id, address, id)`,
  `CREATE UNIQUE INDEX web_chat_entries_by_client ON web_chat_entries (channel_id, address, client_id)
     WHERE client_id IS NOT NULL`,
  `CREATE INDEX web_chat_entries_unread ON web_chat_entries (channel_id, address, id)
     WHERE direction = 'out' AND read_at IS NULL`,
  // A visitor who proved to be a user goes on with the conversation of the anonymous address.
  `CREATE TABLE web_chat_homes (
     channel_id text NOT NULL REFERENCES channels (id),
     address text NOT NULL,
     home text NOT NULL,
     PRIMARY KEY (channel_id, address)
   )`,
  `CREATE INDEX web_chat_homes_by_home ON web_chat_homes (channel_id, home)`,
];

export class WebChat1763900000000 implements MigrationInterface {
  readonly name = 'WebChat1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
