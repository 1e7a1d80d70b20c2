import { AckPolicy, DeliverPolicy, type ConsumerConfig, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { isMissing } from '../link/broker-errors.js';
import { workspaceDurable, workspaceEvents } from '../server/workspace-durable.js';
import { consumerDrift } from './drift.js';
import { ProvisionError } from './provision-error.js';
import type { StreamName } from './streams.js';

/** A durable consumer as a service or a workspace needs it. */
export interface DurableSpec {
  durable: string;
  stream: StreamName;
  /** Subjects it delivers. */
  filters: string[];
  /** Milliseconds after which a message that nobody settled is delivered again. Default 30 s. */
  ackWaitMs?: number;
  /** Messages delivered and not settled at once, over all replicas. Default 1,000. */
  maxAckPending?: number;
  /** Deliveries of one message before JetStream gives up on it. Default 20; -1 = never. */
  maxDeliver?: number;
}

/**
 * The last delivery of a message before JetStream gives up on it and tells in an advisory. Far above what handlers
 * need (a message that keeps failing is dead after 8), so that it is reached only by what kills its process.
 */
const MAX_DELIVER = 20;

/** The durable through which a workspace follows its own events. How often it may nak is its own affair. */
export function workspaceEventsDurable(ws: string): DurableSpec {
  return { durable: workspaceDurable(ws), stream: 'EVENTS', filters: [workspaceEvents(ws)], maxDeliver: -1 };
}

/** Never with `backoff`: it overrides `ack_wait`, and a plain nak ignores it. */
function consumerConfig(spec: DurableSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    filter_subjects: spec.filters,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(spec.ackWaitMs ?? 30_000),
    max_ack_pending: spec.maxAckPending ?? 1000,
    max_deliver: spec.maxDeliver ?? MAX_DELIVER,
  };
}

/**
 * Creates the durable or brings it up to date, without touching what it has delivered. Safe to repeat.
 *
 * @throws ProvisionError when it exists with another nature; the client's error when its stream does not exist.
 */
export async function ensureDurable(manager: JetStreamManager, spec: DurableSpec): Promise<void> {
  const wanted = consumerConfig(spec);
  const info = await manager.consumers.info(spec.stream, spec.durable).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!info) return void (await manager.consumers.add(spec.stream, wanted));
  const actual = {
    ...info.config,
    filter_subjects: info.config.filter_subjects ?? [info.config.filter_subject],
  };
  const drift = consumerDrift(wanted, actual);
  if (drift.refuse.length > 0) throw new ProvisionError(`consumer ${spec.durable}`, drift.refuse);
  if (drift.change.length > 0) await manager.consumers.update(spec.stream, spec.durable, wanted);
}
