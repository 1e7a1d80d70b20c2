import type { JetStreamManager } from '@nats-io/jetstream';
import { isMissing } from '../link/broker-errors.js';
import type { NatsLink } from '../link/nats-link.js';
import { streamDrift } from './drift.js';
import { streamSpecs, type StreamName } from './streams.js';

/** A stream as it is found. */
export interface FoundStream {
  name: StreamName;
  exists: boolean;
  /** Settings that are not as they should be. */
  differs: string[];
  /** Bytes stored, as a share of what it may store: 0 to 1. */
  full: number;
}

/** A durable consumer as it is found. */
export interface FoundDurable {
  exists: boolean;
  /** Pulls that wait for messages: 0 when nobody reads. */
  readers: number;
  /** Messages that wait for somebody to read them. */
  pending: number;
}

/**
 * Looks at the streams and changes nothing.
 *
 * @param replicas copies of each message; undefined = as many as there are.
 * @throws NatsAwayError
 */
export async function inspectStreams(link: NatsLink, replicas: number | undefined): Promise<FoundStream[]> {
  const manager = await link.manager();
  return Promise.all(
    streamSpecs(replicas ?? 1).map(async (spec): Promise<FoundStream> => {
      const info = await orMissing(manager.streams.info(spec.name));
      if (info === undefined) return { name: spec.name, exists: false, differs: [], full: 0 };
      const { change, refuse } = streamDrift(spec, info.config);
      const differs = [...change, ...refuse].filter(
        (name) => replicas !== undefined || name !== 'num_replicas',
      );
      return {
        name: spec.name,
        exists: true,
        differs,
        full: info.state.bytes / (spec.max_bytes ?? Infinity),
      };
    }),
  );
}

/** Looks at one durable. @throws NatsAwayError */
export async function inspectDurable(link: NatsLink, stream: string, durable: string): Promise<FoundDurable> {
  const manager: JetStreamManager = await link.manager();
  const info = await orMissing(manager.consumers.info(stream, durable));
  if (info === undefined) return { exists: false, readers: 0, pending: 0 };
  return { exists: true, readers: info.num_waiting, pending: info.num_pending };
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
