import { JOB_LIMITS, type MissedPolicy } from '@skein/contracts';

/** What becomes of firings whose time has come. */
export interface FiringDecision {
  run: Date[];
  skipped: Date[];
}

/**
 * Decides what runs. A firing is missed when its time was more than a minute ago: whoever was to fire it was down.
 *
 * @param due in order, not empty.
 */
export function decideFirings(due: readonly Date[], policy: MissedPolicy, now: Date): FiringDecision {
  const isMissed = (at: Date): boolean => now.getTime() - at.getTime() > JOB_LIMITS.missedAfterSeconds * 1000;
  if (policy === 'run_all' || !due.some(isMissed)) return { run: [...due], skipped: [] };
  const isRun = policy === 'skip' ? (at: Date) => !isMissed(at) : (at: Date) => at === due.at(-1);
  return { run: due.filter(isRun), skipped: due.filter((at) => !isRun(at)) };
}
