import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import type { NatsLink } from './link/nats-link.js';

/**
 * Age in milliseconds of the oldest message that a durable has not settled: waiting, delivered or naked. 0 when there
 * is none. A sweeper stands still while this is small, for the work it would ring for is already on its way.
 *
 * @throws NatsAwayError, or the client's error when stream or consumer do not exist.
 */
export async function oldestPendingAgeMs(link: NatsLink, stream: string, durable: string): Promise<number> {
  const manager = await link.manager();
  const info = await manager.consumers.info(stream, durable);
  if (info.num_pending === 0 && info.num_ack_pending === 0) return 0;
  const times = await Promise.all(filtersOf(info).map((filter) => oldestTime(manager, info, filter)));
  const oldest = Math.min(...times);
  return Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) : 0;
}

function filtersOf({ config }: ConsumerInfo): string[] {
  return config.filter_subjects ?? [config.filter_subject ?? '>'];
}

async function oldestTime(manager: JetStreamManager, info: ConsumerInfo, filter: string): Promise<number> {
  const query = { seq: info.ack_floor.stream_seq + 1, next_by_subj: filter };
  try {
    const message = await manager.direct.getMessage(info.stream_name, query);
    return message?.time.getTime() ?? Infinity;
  } catch (error) {
    if (isGone(error)) return Infinity;
    throw error;
  }
}

/** Settled between the two questions. */
function isGone(error: unknown): boolean {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return code === 10037 || code === 404 || status === 404;
}
