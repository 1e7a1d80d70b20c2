import { setTimeout as delay } from 'node:timers/promises';

/** More than a service's own budget to drain. */
const STOP_BUDGET_MS = 20_000;

/** Something the launcher started and can stop: an embedded server or a service. */
export interface Part {
  name: string;
  /** Parts stop in ascending order: api 1, agents 2, router 3, channels 4, threads 5, sandbox 9, servers 20 and later. */
  stopOrder: number;
  readonly pid: number | undefined;
  /** Sends a signal; waits for the end where the signal ends the process. The part stays down until `restart`. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
}

/** Stops parts in their order; those of equal order together. A part that fails to stop does not keep the others up. */
export async function stopAll(
  parts: Iterable<Part>,
  onFailure: (name: string, error: unknown) => void,
): Promise<void> {
  const groups = new Map<number, Part[]>();
  for (const part of parts) groups.set(part.stopOrder, [...(groups.get(part.stopOrder) ?? []), part]);
  for (const order of [...groups.keys()].sort((a, b) => a - b)) {
    await Promise.all(
      (groups.get(order) ?? []).map((part) =>
        stopInTime(part).catch((error: unknown) => onFailure(part.name, error)),
      ),
    );
  }
}

async function stopInTime(part: Part): Promise<void> {
  const late = new AbortController();
  const deadline = delay(STOP_BUDGET_MS, undefined, { signal: late.signal, ref: false }).then(
    () => Promise.reject(new Error(`still busy after ${STOP_BUDGET_MS / 1000} s`)),
    () => undefined,
  );
  await Promise.race([part.stop(), deadline]);
  late.abort();
}
