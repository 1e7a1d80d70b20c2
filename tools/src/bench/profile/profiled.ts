import { stackProcesses, type Stack } from '@skein/testing';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openInspector, type CpuProfile } from './inspector.js';
import { functionOf, moduleOf, selfTimes, type SelfTime } from './self-time.js';
import { countStatements, printStatements, resetStatements } from './statements.js';

/** Every service opens its inspector on a free port of its own when asked to. */
export const PROFILE_ENV = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

const NOT_NODE = new Set(['launcher', 'nats', 'postgres']);
const FOLDER = 'reports';
const SHOWN = { modules: 8, functions: 25 };

export const watchStatements = countStatements;

/** Runs the work while every service is profiled, prints where the time went, and keeps the profiles as files. */
export async function profiled<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  const services = stackProcesses(stack.dataDir).filter(({ name }) => !NOT_NODE.has(name));
  const inspectors = await Promise.all(
    services.map(async ({ name, pid }) => ({
      name,
      inspector: await openInspector(pid, join(stack.dataDir, 'logs', `${name}.log`)),
    })),
  );
  await resetStatements(stack);
  for (const { inspector } of inspectors) await inspector.startProfile();
  const result = await work();
  for (const { name, inspector } of inspectors) {
    const profile = await inspector.stopProfile();
    inspector.close();
    report(name, profile);
  }
  await printStatements(stack);
  return result;
}

function report(name: string, profile: CpuProfile): void {
  const file = resolve(FOLDER, `bench-${name}.cpuprofile`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, JSON.stringify(profile));
  console.log(`\n${name}: ${line(selfTimes(profile, moduleOf).slice(0, SHOWN.modules))}   (${file})`);
  for (const { name: where, share } of selfTimes(profile, functionOf).slice(0, SHOWN.functions))
    console.log(`  ${percent(share).padStart(6)}  ${where}`);
}

function line(times: SelfTime[]): string {
  return times.map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
