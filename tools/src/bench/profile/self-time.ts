import type { CpuProfile } from './inspector.js';

export interface SelfTime {
  name: string;
  /** Share of the time in which the process was not idle, 0 to 1. */
  share: number;
}

const IDLE = '(idle)';

/** Functions by the time spent in themselves, most first; `nameOf` decides what is added together. */
export function selfTimes(
  { nodes, samples, timeDeltas }: CpuProfile,
  nameOf: (frame: CpuProfile['nodes'][number]['callFrame']) => string,
): SelfTime[] {
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, callFrame.functionName === IDLE ? IDLE : nameOf(callFrame)]),
  );
  const spent = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? IDLE;
    if (name !== IDLE) spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
  return [...spent].map(([name, time]) => ({ name, share: time / total })).sort((a, b) => b.share - a.share);
}

/** Function with file and line. */
export function functionOf({
  functionName,
  url,
  lineNumber,
}: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name}  ${shortened(url)}:${lineNumber + 1}`;
}

/** The package, our library or app, or part of Node that a function belongs to. */
export function moduleOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  if (url.startsWith('node:')) return 'node';
  const packages = url.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/g);
  return packages?.at(-1)?.slice('node_modules/'.length) ?? /((?:libs|apps)\/[^/]+)/.exec(url)?.[1] ?? url;
}

function shortened(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|libs|apps|tools)\//, '$1/');
}
