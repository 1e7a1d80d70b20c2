import type { JetStreamManager } from '@nats-io/jetstream';
import { createLogger } from '@skein/runtime';
import { isMissing, NatsAwayError } from '../link/broker-errors.js';
import { connectNats, type NatsLink } from '../link/nats-link.js';
import { streamDrift } from './drift.js';
import { ensureDurable, workspaceEventsDurable } from './durables.js';
import { ProvisionError } from './provision-error.js';
import { streamSpecs, type StreamSpec } from './streams.js';

export interface ProvisionOptions {
  /** Copies of each message in a cluster: 1 or 3. */
  replicas: number;
  /** Ids of the workspaces whose own durable on EVENTS must exist. */
  workspaces: string[];
}

/**
 * Creates what is missing and updates what may change: the six streams and the durable of every workspace. Safe to
 * repeat at any time, also by several processes at once and after the store was wiped.
 *
 * @throws NatsAwayError, ProvisionError
 */
export async function provision(link: NatsLink, options: ProvisionOptions): Promise<void> {
  const manager = await link.manager();
  for (const spec of streamSpecs(options.replicas)) await ensureStream(manager, spec);
  for (const ws of options.workspaces) await ensureDurable(manager, workspaceEventsDurable(ws));
}

/** As {@link provision}, over a connection of its own that waits up to 15 s for the server. */
export async function provisionAt(url: string, options: ProvisionOptions): Promise<void> {
  const link = connectNats({ url, name: 'provision', logger: createLogger('provision', 'warn') });
  try {
    if (!(await link.whenUp(15_000))) throw new NatsAwayError('NATS did not answer within 15 s');
    await provision(link, options);
  } finally {
    await link.close();
  }
}

async function ensureStream(manager: JetStreamManager, wanted: StreamSpec): Promise<void> {
  const info = await manager.streams.info(wanted.name).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!info) return void (await manager.streams.add(wanted));
  const drift = streamDrift(wanted, info.config);
  if (drift.refuse.length > 0) throw new ProvisionError(`stream ${wanted.name}`, drift.refuse);
  if (drift.change.length > 0) await manager.streams.update(wanted.name, wanted);
}
