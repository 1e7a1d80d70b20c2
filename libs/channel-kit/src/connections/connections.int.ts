import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { telegram as capabilities } from '@skein/contracts';
import { sealCredentials } from '@skein/persistence';
import type { RunningService } from '@skein/runtime';
import { eventually, startInfra, type Infra } from '@skein/testing';
import { IsString } from 'class-validator';
import { defineChannel, type ConnectionKit } from '../definition.js';
import { defineChannelService } from '../service/define-channel-service.js';

class Credentials {
  @IsString() name!: string;
}

const SECRET_KEY = randomBytes(32).toString('base64');
let infra: Infra;
const running: RunningService[] = [];

beforeAll(async () => {
  infra = await startInfra();
  await infra.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'test')`, [infra.workspaceId]);
  await infra.sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'bot', 'Bot')`, [
    infra.workspaceId,
  ]);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
  await infra.sql('DELETE FROM connection_leases');
  await infra.sql('DELETE FROM inbound_events');
  await infra.sql('DELETE FROM channel_rates');
  await infra.sql('DELETE FROM channels');
});

afterAll(() => infra.stop());

async function addChannel(id: string): Promise<void> {
  const sealed = sealCredentials(SECRET_KEY, id, { name: id });
  await infra.sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name, credentials) VALUES ($1, $2, 'telegram', $1, 'bot', 'x', $3)`,
    [id, infra.workspaceId, sealed],
  );
}

/** A service whose connections only say that they are open. */
async function start(exclusive: boolean) {
  const kits = new Map<string, ConnectionKit>();
  const definition = defineChannel({
    kind: 'telegram',
    capabilities,
    config: Credentials,
    accountOf: ({ name }: Credentials) => name,
    send: () => Promise.resolve({ kind: 'receipt', providerId: null } as const),
    connection: {
      exclusive,
      open: (account, kit) => {
        kits.set(account.id, kit);
        return Promise.resolve({ stop: () => Promise.resolve(void kits.delete(account.id)) });
      },
    },
  });
  const service = await defineChannelService([definition], { name: 'connected' }).start({
    NATS_URL: infra.natsUrl,
    DATABASE_URL: infra.databaseUrl,
    SKEIN_SECRET_KEY: SECRET_KEY,
    SKEIN_LOG_LEVEL: 'silent',
  });
  running.push(service);
  const stop = async () => {
    running.splice(running.indexOf(service), 1);
    await service.stop();
  };
  return { kits, stop };
}

describe('connections', () => {
  it('follow accounts as they come, change and go, and commit what they hear', async () => {
    await addChannel('one');
    const { kits } = await start(false);
    await eventually(() => expect([...kits.keys()]).toEqual(['one']));
    await addChannel('two');
    await eventually(() => expect([...kits.keys()].sort()).toEqual(['one', 'two']));
    const at = new Date().toISOString();
    const heard = { type: 'unsupported', eventId: 'e1', at, what: 'a test' } as const;
    await kits.get('one')?.accept([heard, heard]);
    expect(await infra.sql('SELECT channel_id, event_id FROM inbound_events')).toEqual([
      { channel_id: 'one', event_id: 'e1' },
    ]);
    const before = kits.get('two');
    await infra.sql(`UPDATE channels SET status = 'disconnected' WHERE id = 'one'`);
    await infra.sql(`UPDATE channels SET revision = revision + 1 WHERE id = 'two'`);
    await eventually(() => {
      expect([...kits.keys()]).toEqual(['two']);
      expect(kits.get('two')).not.toBe(before);
    });
  });

  it('belong to one process when they are exclusive, and to the next when it stops', async () => {
    await addChannel('one');
    const first = await start(true);
    await eventually(() => expect(first.kits.size).toBe(1));
    const second = await start(true);
    const { kits: shared } = await start(false);
    await eventually(() => expect(shared.size).toBe(1));
    expect([first.kits.size, second.kits.size]).toEqual([1, 0]);
    expect(first.kits.get('one')?.remembered).toBeNull();
    await first.kits.get('one')?.remember({ session: 's1' });
    await second.kits.get('one')?.remember({ session: 'forged' });
    await first.stop();
    await eventually(() => expect(second.kits.size).toBe(1));
    expect(second.kits.get('one')?.remembered).toEqual({ session: 's1' });
  });

  it('are closed while the account does not work, and people are told', async () => {
    await addChannel('one');
    const { kits } = await start(true);
    await eventually(() => expect(kits.size).toBe(1));
    await kits.get('one')?.misconfigured('The token was refused.');
    expect(await infra.sql('SELECT pause_reason FROM channel_rates')).toEqual([
      { pause_reason: 'The token was refused.' },
    ]);
    await eventually(() => expect(kits.size).toBe(0));
    await infra.sql('UPDATE channel_rates SET paused_until = now()');
    await eventually(() => expect(kits.size).toBe(1));
  });
});
