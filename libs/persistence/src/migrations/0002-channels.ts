import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ten kinds of channel need beyond the first two. */
const UP = [
  // What reaching an address takes besides the address (a service address, a conversation id), learned from the platform.
  `ALTER TABLE lanes ADD COLUMN route jsonb NOT NULL DEFAULT '{}'`,
  // The numbered choices of the message sent last: the answer "2" means the second of them. Null when it had none.
  `ALTER TABLE lanes ADD COLUMN choices jsonb`,
  // Start of the latest attempt: a watermark covers the calls that were under way when the platform stamped it.
  `ALTER TABLE calls ADD COLUMN started_at timestamptz`,
  // False for a wish that was already known: only a change is confirmed to the person.
  `ALTER TABLE consents ADD COLUMN changed boolean NOT NULL DEFAULT true`,
  // One process at a time keeps an exclusive connection to a provider open; state is what the next one takes it up with.
  `CREATE TABLE connection_leases (
     channel_id text PRIMARY KEY REFERENCES channels (id),
     holder uuid NOT NULL,
     until timestamptz NOT NULL,
     state jsonb
   )`,
];

export class Channels1763800000000 implements MigrationInterface {
  readonly name = 'Channels1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
