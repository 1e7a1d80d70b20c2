import { runLoad } from '../load/run-load.js';
import { cpuSeconds } from './cpu.js';
import { figuresOf, type Figures } from './figures.js';
import { followJournal } from './journal.js';
import type { Target } from './target.js';

export interface Run {
  messages: number;
  batch: number;
  connections: number;
}

let lastTag = 0;

/** Lets caches, pools and the JIT settle; nothing of it is measured. */
export async function warmUp(target: Target, run: Run): Promise<void> {
  await measure(target, { ...run, messages: Math.min(1000, run.messages) });
}

/** Sends a run's messages to a contestant and waits until the last one has gone all the way. */
export async function measure(target: Target, run: Run): Promise<Figures> {
  const tag = `run${++lastTag}`;
  const untilPersisted = await target.watchStatuses?.(run.messages);
  const before = cpuSeconds(target.processes);
  const [load, confirmed] = await Promise.all([
    runLoad({ ...target.load, ...run, tag }),
    followJournal(target.sandboxUrl, tag, run.messages),
  ]);
  const persisted = await untilPersisted?.();
  const after = cpuSeconds(target.processes);
  const cpu = Object.fromEntries([...after].map(([name, now]) => [name, now - (before.get(name) ?? 0)]));
  return figuresOf(target, run, { load, confirmed, persisted, cpu });
}
