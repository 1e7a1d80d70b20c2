import { expect, it } from '@jest/globals';
import type { MissedPolicy } from '@skein/contracts';
import { decideFirings } from './decide-firings.js';

const NOW = new Date('2026-05-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

it.each<[MissedPolicy, number[], number[]]>([
  ['run_once', [300, 200, 30], [30]],
  ['run_once', [300], [300]],
  ['run_once', [59, 30, 1], [59, 30, 1]],
  ['skip', [300, 200, 30], [30]],
  ['skip', [300, 61], []],
  ['skip', [60, 2], [60, 2]],
  ['run_all', [300, 200, 30], [300, 200, 30]],
])('P15: %s of firings %j s ago runs %j', (policy, due, run) => {
  const decided = decideFirings(due.map(ago), policy, NOW);
  expect(decided.run).toEqual(run.map(ago));
  expect(decided.skipped).toEqual(due.filter((seconds) => !run.includes(seconds)).map(ago));
});
