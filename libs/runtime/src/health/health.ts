import type { ReadyReport } from '../service.js';
import { within } from '../within.js';

/** Resolves when the part works, rejects or throws with what is wrong. */
export type HealthCheck = () => unknown;

/** A check that does not answer in 2 s counts as failed: a probe must answer before its prober gives up. */
const CHECK_TIMEOUT_MS = 2000;

/** The named checks of one service. Ready means: every needed check passes and the service is not stopping. */
export class HealthRegistry {
  private readonly checks = new Map<string, { check: HealthCheck; isNeeded: boolean }>();
  private stopping = false;

  /**
   * Adds or replaces a check.
   *
   * @param isNeeded false for a part the service can do without for a while: its failure is told, and the service stays ready.
   */
  add(name: string, check: HealthCheck, isNeeded = true): void {
    this.checks.set(name, { check, isNeeded });
  }

  /** First phase of a stop: from now on the service is not ready, whatever its parts say. */
  drain(): void {
    this.stopping = true;
  }

  /** Runs every check at once. Never rejects. */
  async report(): Promise<ReadyReport> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, { check, isNeeded }]) => ({
        ...(await runCheck(name, check)),
        isNeeded,
      })),
    );
    const checks = Object.fromEntries(entries.map(({ name, detail }) => [name, detail]));
    if (this.stopping) checks['service'] = 'stopping';
    return { ready: !this.stopping && entries.every((entry) => entry.passed || !entry.isNeeded), checks };
  }
}

interface CheckResult {
  name: string;
  passed: boolean;
  detail: string;
}

async function runCheck(name: string, check: HealthCheck): Promise<CheckResult> {
  try {
    await within(CHECK_TIMEOUT_MS, name, Promise.resolve(check()));
    return { name, passed: true, detail: 'ok' };
  } catch (error) {
    const message = (error as Partial<Error> | null)?.message;
    return { name, passed: false, detail: message || String(error) };
  }
}
