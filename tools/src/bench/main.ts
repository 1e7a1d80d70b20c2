import type { SetupError } from '@skein/stack';
import { findRedis } from './baselines/redis.js';
import { runBare, runBullMq } from './baselines/run-baselines.js';
import type { Figures } from './measure/figures.js';
import type { Run } from './measure/measure.js';
import { readOptions, type BenchOptions } from './options.js';
import { printReport, writeReport } from './report.js';
import { runSkein } from './skein/run-skein.js';

/** With batches, eight requests of 100 keep as many messages in flight as 128 single ones and more. */
const CONNECTIONS = { one: 128, batch: 8 };

/** Runs what the command line asks for, one contestant after the other, and prints the comparison. */
export async function bench(args: string[]): Promise<void> {
  try {
    const options = readOptions(args);
    const all = await runAll(options, runsOf(options));
    console.log();
    printReport(all);
    console.log(`\nFigures: ${writeReport(options.json, all)}`);
  } catch (error) {
    const { name, message, remedy } = error as Partial<SetupError>;
    console.error(name === 'SetupError' ? `✗ ${message}\n→ ${remedy}` : error);
    process.exitCode = 1;
  }
}

function runsOf({ messages, batches, connections }: BenchOptions): Run[] {
  return batches.map((batch) => ({
    messages,
    batch,
    connections: connections ?? (batch === 1 ? CONNECTIONS.one : CONNECTIONS.batch),
  }));
}

async function runAll({ only, isProfiled }: BenchOptions, runs: Run[]): Promise<Figures[]> {
  const all: Figures[] = [];
  const redis = findRedis();
  for (const name of only) {
    if (name === 'skein') {
      all.push(...(await runSkein(runs, isProfiled)));
    } else if (name === 'bullmq' && redis === undefined) {
      console.log('▸ bullmq: absent, there is no redis-server on the PATH');
    } else {
      for (const run of runs) {
        console.log(
          `▸ ${name}: ${run.messages} messages, ${run.batch} a request, ${run.connections} connections`,
        );
        all.push(await (name === 'bare' ? runBare(run) : runBullMq(run, redis ?? '')));
      }
    }
  }
  return all;
}
