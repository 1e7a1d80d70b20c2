import type { Logger } from 'pino';
import { RepeatedLog } from './logging/repeated.js';

/** Something that runs again and again. */
export interface Repeating {
  /** Ends it and waits for a run under way. */
  stop(): Promise<void>;
}

/**
 * Runs `work` every `ms` milliseconds, never twice at the same time. A run that fails is logged, at most once per 10 s, and the
 * next one comes as usual.
 */
export function repeatEvery(ms: number, name: string, logger: Logger, work: () => Promise<void>): Repeating {
  const repeated = new RepeatedLog(logger);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = async (): Promise<void> => {
    await work().catch((error: unknown) =>
      repeated.warn(name, { err: error, work: name }, 'a repeated task failed'),
    );
    if (!stopped) timer = setTimeout(start, ms);
  };
  const start = (): void => void (running = run());
  timer = setTimeout(start, ms);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
