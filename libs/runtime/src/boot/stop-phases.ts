import type { Logger } from 'pino';
import { within } from '../within.js';

/** One step of a stop, run after the one before it has ended or used up its time. */
export interface StopPhase {
  name: string;
  run(): unknown;
}

/** Time that work in flight has to finish, in ms: longer than a provider usually takes, shorter than an orchestrator's kill (30 s). */
export const STOP_BUDGET_MS = 10_000;

/**
 * Runs the phases of a stop in order within one budget for all of them. A phase that fails or runs out of time is
 * logged and the next one starts, so that one stuck part cannot keep the others open. Never rejects.
 */
export async function stopInPhases(
  logger: Logger,
  phases: StopPhase[],
  budgetMs = STOP_BUDGET_MS,
): Promise<void> {
  const deadline = Date.now() + budgetMs;
  for (const phase of phases) {
    // Closing is tried even when the budget is gone: each phase has at least half a second.
    const ms = Math.max(deadline - Date.now(), 500);
    try {
      await within(ms, `stop phase "${phase.name}"`, run(phase));
    } catch (error) {
      logger.warn({ err: error, phase: phase.name }, 'a part did not stop cleanly');
    }
  }
}

/** As a promise also when the phase throws before its first await. */
async function run(phase: StopPhase): Promise<unknown> {
  return phase.run();
}
