import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of the spine.
 *
 * `messages` and `calls` change state several times in a second: fillfactor 80 leaves room for heap-only updates, and the
 * partial indexes hold only rows that somebody still has to look at.
 */
const UP = [
  `CREATE TABLE clock (
     one boolean PRIMARY KEY DEFAULT true CHECK (one),
     offset_seconds bigint NOT NULL DEFAULT 0
   )`,
  `INSERT INTO clock DEFAULT VALUES`,
  // The one clock of business rules: windows, hold expiry, consent ages. Leases and schedules stay on now().
  `CREATE FUNCTION skein_now() RETURNS timestamptz LANGUAGE sql STABLE AS
     $$ SELECT now() + make_interval(secs => (SELECT offset_seconds FROM clock)) $$`,
  `CREATE TABLE workspaces (
     id text PRIMARY KEY,
     name text NOT NULL,
     timezone text NOT NULL DEFAULT 'America/Mexico_City',
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE agents (
     workspace_id text NOT NULL REFERENCES workspaces (id),
     id text NOT NULL,
     name text NOT NULL,
     backend jsonb NOT NULL DEFAULT '{"type": "concierge"}',
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id)
   )`,
  `CREATE TABLE api_keys (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     agent_id text,
     name text NOT NULL,
     hash bytea NOT NULL UNIQUE,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz,
     FOREIGN KEY (workspace_id, agent_id) REFERENCES agents (workspace_id, id)
   )`,
  `CREATE TABLE channels (
     id text PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     kind text NOT NULL,
     account text NOT NULL,
     agent_id text NOT NULL,
     name text NOT NULL,
     status text NOT NULL DEFAULT 'active',
     settings jsonb NOT NULL DEFAULT '{}',
     credentials bytea,
     revision int NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (kind, account),
     FOREIGN KEY (workspace_id, agent_id) REFERENCES agents (workspace_id, id)
   )`,
  `CREATE INDEX channels_by_workspace ON channels (workspace_id, agent_id)`,
  // One row per account from which every replica takes its tokens; reserved_until is the time of the next free slot.
  `CREATE TABLE channel_rates (
     channel_id text PRIMARY KEY REFERENCES channels (id),
     paused_until timestamptz,
     pause_reason text,
     reserved_until timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE templates (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     channel_id text NOT NULL REFERENCES channels (id),
     name text NOT NULL,
     language text NOT NULL,
     category text NOT NULL,
     status text NOT NULL,
     shape jsonb NOT NULL,
     body text NOT NULL DEFAULT '',
     UNIQUE (channel_id, name, language)
   )`,
  `CREATE TABLE contacts (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     user_id text,
     name text,
     email text,
     owners jsonb NOT NULL DEFAULT '[]',
     custom_fields jsonb NOT NULL DEFAULT '{}',
     created_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (workspace_id, user_id)
   )`,
  // lane_address: addresses that the platform itself states to be one person share the lane of the first one seen.
  `CREATE TABLE identities (
     workspace_id text NOT NULL REFERENCES workspaces (id),
     kind text NOT NULL,
     address text NOT NULL,
     lane_address text NOT NULL,
     contact_id uuid NOT NULL REFERENCES contacts (id),
     provenance text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     last_inbound_at timestamptz,
     PRIMARY KEY (workspace_id, kind, address)
   )`,
  `CREATE INDEX identities_by_contact ON identities (contact_id, kind)`,
  `CREATE TABLE threads (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     contact_id uuid NOT NULL REFERENCES contacts (id),
     agent_id text NOT NULL,
     last_channel_id text REFERENCES channels (id),
     last_inbound_at timestamptz,
     last_message_at timestamptz NOT NULL DEFAULT now(),
     created_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (contact_id, agent_id)
   )`,
  `CREATE INDEX threads_by_workspace ON threads (workspace_id, last_message_at DESC)`,
  `CREATE TABLE lanes (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     workspace_id text NOT NULL REFERENCES workspaces (id),
     channel_id text NOT NULL REFERENCES channels (id),
     address text NOT NULL,
     window_until timestamptz,
     prompt_until timestamptz,
     opted_out_at timestamptz,
     opted_out_purpose text,
     paused_until timestamptz,
     UNIQUE (channel_id, address)
   ) WITH (fillfactor = 80)`,
  `CREATE SEQUENCE messages_seq`,
  `CREATE TABLE messages (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL,
     seq bigint NOT NULL DEFAULT nextval('messages_seq'),
     direction text NOT NULL CHECK (direction IN ('in', 'out')),
     author text NOT NULL,
     origin text,
     purpose text NOT NULL DEFAULT 'message',
     status text NOT NULL,
     reason text,
     detail text,
     recipient_key text,
     agent_id text,
     thread_id uuid REFERENCES threads (id),
     contact_id uuid,
     channel_id text,
     lane_id bigint,
     text text,
     content jsonb NOT NULL DEFAULT '{}',
     command jsonb,
     parts jsonb,
     losses jsonb,
     timeline jsonb NOT NULL DEFAULT '[]',
     trace_id text,
     idempotency_key text,
     body_hash bytea,
     campaign_id text,
     turn_id uuid,
     provider_message_id text,
     due_at timestamptz,
     hold_until timestamptz,
     released_at timestamptz,
     wake_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     status_at timestamptz NOT NULL DEFAULT now()
   ) WITH (fillfactor = 80)`,
  `CREATE INDEX messages_by_workspace ON messages (workspace_id, seq DESC)`,
  `CREATE INDEX messages_by_thread ON messages (thread_id, seq) WHERE thread_id IS NOT NULL`,
  `CREATE INDEX messages_to_route ON messages (workspace_id, recipient_key, seq) WHERE status = 'accepted'`,
  `CREATE INDEX messages_held ON messages (lane_id, seq) WHERE status = 'held'`,
  `CREATE INDEX messages_released ON messages (thread_id) WHERE status = 'accepted' AND released_at IS NOT NULL`,
  `CREATE INDEX messages_to_expire ON messages (hold_until) WHERE status = 'held'`,
  `CREATE INDEX messages_to_wake ON messages (wake_at) WHERE wake_at IS NOT NULL`,
  `CREATE INDEX messages_by_provider ON messages (channel_id, provider_message_id) WHERE provider_message_id IS NOT NULL`,
  // The ledger: one row per provider call. A delivery is the group (message_id, delivery); lane order is id order.
  `CREATE TABLE calls (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     workspace_id text NOT NULL,
     message_id uuid NOT NULL REFERENCES messages (id),
     delivery smallint NOT NULL DEFAULT 1,
     idx smallint NOT NULL,
     channel_id text NOT NULL,
     lane_id bigint NOT NULL REFERENCES lanes (id),
     part jsonb NOT NULL,
     purpose text NOT NULL DEFAULT 'message',
     needs_window boolean NOT NULL,
     on_unknown text NOT NULL DEFAULT 'report',
     state text NOT NULL DEFAULT 'queued',
     attempt smallint NOT NULL DEFAULT 0,
     token uuid,
     lease_until timestamptz,
     provider_id text,
     receipt smallint NOT NULL DEFAULT 0,
     failure jsonb,
     log jsonb NOT NULL DEFAULT '[]',
     expires_at timestamptz,
     wake_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     settled_at timestamptz,
     UNIQUE (message_id, delivery, idx)
   ) WITH (fillfactor = 80)`,
  `CREATE INDEX calls_of_lane ON calls (lane_id, id) WHERE state IN ('queued', 'sending', 'retry')`,
  `CREATE INDEX calls_by_provider ON calls (channel_id, provider_id) WHERE provider_id IS NOT NULL`,
  `CREATE INDEX calls_to_wake ON calls (wake_at) WHERE wake_at IS NOT NULL`,
  `CREATE TABLE inbound_events (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     workspace_id text NOT NULL,
     channel_id text NOT NULL REFERENCES channels (id),
     event_id text NOT NULL,
     type text NOT NULL,
     address text,
     provider_message_id text,
     fact jsonb NOT NULL,
     received_at timestamptz NOT NULL DEFAULT now(),
     applied_at timestamptz,
     outcome text,
     strikes smallint NOT NULL DEFAULT 0,
     wake_at timestamptz,
     UNIQUE (channel_id, event_id)
   ) WITH (fillfactor = 80)`,
  `CREATE INDEX inbound_to_wake ON inbound_events (wake_at) WHERE wake_at IS NOT NULL`,
  `CREATE INDEX inbound_waiting ON inbound_events (channel_id, provider_message_id) WHERE applied_at IS NULL`,
  `CREATE INDEX inbound_of_person ON inbound_events (channel_id, address, id) WHERE applied_at IS NULL AND type <> 'receipt'`,
  `CREATE TABLE consents (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     workspace_id text NOT NULL,
     lane_id bigint NOT NULL REFERENCES lanes (id),
     value text NOT NULL,
     purpose text NOT NULL,
     evidence text NOT NULL,
     inbound_event_id bigint,
     at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX consents_by_event ON consents (inbound_event_id) WHERE inbound_event_id IS NOT NULL`,
  `CREATE TABLE turns (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL,
     thread_id uuid NOT NULL REFERENCES threads (id),
     agent_id text NOT NULL,
     channel_id text NOT NULL,
     lane_id bigint NOT NULL,
     message_id uuid NOT NULL UNIQUE REFERENCES messages (id),
     seq bigint NOT NULL,
     state text NOT NULL DEFAULT 'pending',
     attempt smallint NOT NULL DEFAULT 0,
     token uuid,
     lease_until timestamptz,
     wake_at timestamptz,
     error text,
     created_at timestamptz NOT NULL DEFAULT now(),
     started_at timestamptz,
     ended_at timestamptz
   )`,
  `CREATE INDEX turns_open ON turns (thread_id, seq) WHERE state IN ('pending', 'running')`,
  `CREATE INDEX turns_to_wake ON turns (wake_at) WHERE wake_at IS NOT NULL`,
  // Facts to tell, written with the change they tell of; one row is one batch of one type.
  `CREATE TABLE outbox (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL,
     service text NOT NULL,
     type text NOT NULL,
     items jsonb NOT NULL,
     wake_at timestamptz NOT NULL DEFAULT now() + interval '10 seconds'
   )`,
  `CREATE INDEX outbox_to_wake ON outbox (wake_at)`,
  `CREATE TABLE media (
     id uuid PRIMARY KEY,
     workspace_id text NOT NULL,
     object_name text NOT NULL,
     mime_type text NOT NULL,
     filename text,
     size_bytes bigint NOT NULL,
     sha256 bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE unsubscribe_tokens (
     token text PRIMARY KEY,
     workspace_id text NOT NULL,
     lane_id bigint NOT NULL REFERENCES lanes (id),
     message_id uuid NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     used_at timestamptz
   )`,
];

export class Spine1763700000000 implements MigrationInterface {
  readonly name = 'Spine1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward; restore a backup to go back.');
  }
}
