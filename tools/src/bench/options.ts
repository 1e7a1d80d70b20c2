import { setupError } from '@skein/stack';
import { parseArgs } from 'node:util';

export const CONTESTANTS = ['bare', 'bullmq', 'skein'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

/** What the caller of `npm run bench` decides. */
export interface BenchOptions {
  messages: number;
  /** Requests kept in flight; undefined = 128 with one message a request, 8 with batches. */
  connections: number | undefined;
  /** Messages per request; each is a run of its own. */
  batches: number[];
  only: readonly Contestant[];
  /** File for the figures. */
  json: string;
  /** Also say where Skein's time goes. */
  isProfiled: boolean;
}

const USAGE =
  'npm run bench -- [--messages 20000] [--connections 128] [--batch 1,100] [--only skein,bare,bullmq] [--json file] [--profile]';
const MOST_PER_REQUEST = 1000;

/** Reads the command line; throws a SetupError that names the wrong option. */
export function readOptions(args: string[]): BenchOptions {
  const values = parse(args);
  const only = values.only?.split(',') ?? [...CONTESTANTS];
  if (!only.every(isContestant)) throw setupError(`--only=${values.only} names no contestant.`, USAGE);
  return {
    messages: positive('messages', values.messages ?? '20000'),
    connections: values.connections === undefined ? undefined : positive('connections', values.connections),
    batches: (values.batch ?? '1,100').split(',').map((text) => positive('batch', text, MOST_PER_REQUEST)),
    only: CONTESTANTS.filter((name) => only.includes(name)),
    json: values.json ?? 'reports/bench.json',
    isProfiled: values.profile === true,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const names = { messages: text, connections: text, batch: text, only: text, json: text };
  try {
    return parseArgs({ args, options: { ...names, profile: { type: 'boolean' } } }).values;
  } catch (error) {
    throw setupError((error as Error).message, USAGE);
  }
}

function isContestant(name: string): name is Contestant {
  return (CONTESTANTS as readonly string[]).includes(name);
}

function positive(name: string, text: string, most = 10_000_000): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= most) return value;
  throw setupError(`--${name}=${text} is no number from 1 to ${most}.`, USAGE);
}
