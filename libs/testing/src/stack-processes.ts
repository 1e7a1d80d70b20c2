import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface StackProcess {
  name: string;
  pid: number;
}

/** The processes that a stack wrote down in its data directory: launcher, servers, and services where split. */
export function stackProcesses(dataDir: string): StackProcess[] {
  const run = join(dataDir, 'run');
  const files = existsSync(run) ? readdirSync(run).filter((file) => file.endsWith('.pid')) : [];
  return files.map((file) => ({
    name: file.slice(0, -'.pid'.length),
    pid: Number(readFileSync(join(run, file), 'utf8')),
  }));
}

/** True while a process runs. One that has ended but was not collected by its parent yet does not count. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** What a stack left behind. */
export function leftRunning(dataDir: string): StackProcess[] {
  return stackProcesses(dataDir).filter(({ pid }) => isRunning(pid));
}
