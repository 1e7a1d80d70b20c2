import { readFileSync, readdirSync } from 'node:fs';

/** A process to account for, with everything it started that is not named on its own. */
export interface NamedProcess {
  name: string;
  pid: number;
}

interface Stat {
  pid: number;
  parent: number;
  /** Own time, and that of children that ended, in clock ticks. */
  ticks: number;
}

/** Linux counts in ticks of 1/100 s on every platform Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** CPU seconds used so far, by name. Empty where there is no /proc. */
export function cpuSeconds(processes: readonly NamedProcess[]): Map<string, number> {
  const stats = allStats();
  const owners = new Map(processes.map(({ pid, name }) => [pid, name]));
  const seconds = new Map(processes.map(({ name }) => [name, 0]));
  for (const stat of stats.values()) {
    const name = ownerOf(stat, stats, owners);
    if (name !== undefined) seconds.set(name, (seconds.get(name) ?? 0) + stat.ticks / TICKS_PER_SECOND);
  }
  return seconds;
}

function ownerOf(stat: Stat, stats: Map<number, Stat>, owners: Map<number, string>): string | undefined {
  for (let at: Stat | undefined = stat; at; at = stats.get(at.parent)) {
    const name = owners.get(at.pid);
    if (name !== undefined) return name;
  }
  return undefined;
}

function allStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const entry of proc()) {
    const stat = readStat(Number(entry));
    if (stat) stats.set(stat.pid, stat);
  }
  return stats;
}

function proc(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch {
    return [];
  }
}

/** Fields of proc(5): the name in parentheses may hold spaces, so counting starts behind it. */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}
