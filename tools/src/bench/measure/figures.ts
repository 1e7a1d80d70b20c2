import type { LoadReport } from '../load/load-spec.js';
import type { Confirmed } from './journal.js';
import { percentile } from './percentile.js';
import type { Persisted, Target } from './target.js';

/** The result of one run. Rates are messages (or statuses) a second from the first request on; times are ms. */
export interface Figures {
  contestant: string;
  variant: string;
  messages: number;
  batch: number;
  connections: number;
  acceptedPerSecond: number;
  /** In the provider's journal. */
  confirmedPerSecond: number;
  /** Messages whose last status is in the database. Null: there is no database. */
  completePerSecond: number | null;
  statusesPerSecond: number | null;
  acceptMs: Spread;
  toProviderMs: Spread;
  /** CPU seconds per thousand messages, by process; the load generator is not in it. */
  cpuPerThousand: Record<string, number>;
  duplicates: number;
  refusedCalls: number;
}

export interface Spread {
  p50: number;
  p99: number;
}

export interface Observed {
  load: LoadReport;
  confirmed: Confirmed;
  persisted: Persisted | undefined;
  cpu: Record<string, number>;
}

/** Puts together what the load generator, the provider, the database and the kernel saw of one run. */
export function figuresOf(
  target: Target,
  run: { messages: number; batch: number; connections: number },
  { load, confirmed, persisted, cpu }: Observed,
): Figures {
  const rate = (count: number, until: number) => count / ((until - load.startedAt) / 1000);
  const lastTaken = confirmed.takenAt.reduce((last, at) => Math.max(last, at), 0);
  const toProvider = confirmed.takenAt.map((at, index) => Math.max(0, at - (load.begunAt[index] ?? 0)));
  return {
    contestant: target.name,
    variant: target.variant,
    ...run,
    acceptedPerSecond: rate(run.messages, load.endedAt),
    confirmedPerSecond: rate(run.messages, lastTaken),
    completePerSecond: persisted ? rate(run.messages, persisted.lastAt) : null,
    statusesPerSecond: persisted ? rate(persisted.statuses, persisted.lastAt) : null,
    acceptMs: spread(load.acceptMs),
    toProviderMs: spread(toProvider),
    cpuPerThousand: perThousand(cpu, run.messages),
    duplicates: confirmed.duplicates,
    refusedCalls: confirmed.refused,
  };
}

function spread(values: ArrayLike<number>): Spread {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}

function perThousand(cpu: Record<string, number>, messages: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(cpu).map(([name, seconds]) => [name, (seconds * 1000) / messages]),
  );
}
