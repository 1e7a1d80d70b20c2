import type { Logger } from 'pino';
import { createLogger } from '../logging/logger.js';
import type { RunningService, ServiceDefinition } from '../service.js';
import { within } from '../within.js';
import { parentLink, type ParentLink } from './parent-link.js';
import { ownSignals, ownUncaught } from './process-signals.js';
import { STOP_BUDGET_MS } from './stop-phases.js';

/** What the process allows above the budget of the service itself, in ms, before it leaves regardless. */
const LAST_RESORT_MS = STOP_BUDGET_MS + 5000;

/**
 * Runs one service as the whole process: the `main.ts` of every app. Owns signals and the channel to the launcher,
 * stops on SIGTERM, SIGINT, the launcher's word or its death, and then exits. Exit code 1: it could not start
 * (wrong settings), or a defect ended it.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const logger = createLogger(definition.name);
  const parent = parentLink();
  const started = definition.start(process.env);
  const stop = stopOnce(logger, started);
  ownSignals(stop, !parent.present);
  ownUncaught(logger, stop);
  if (parent.present) parent.onGone(() => stop('the launcher is gone'));
  try {
    const service = await started;
    if (parent.present) obey(parent, service, stop);
  } catch (error) {
    // The message alone: a stack under a list of wrong settings helps nobody.
    const config = (error as Partial<Error> | null)?.name === 'ConfigError';
    logger.fatal(
      config ? { reason: (error as Error).message } : { err: error },
      'the service could not start',
    );
    process.exit(1);
  }
}

function obey(parent: ParentLink, service: RunningService, stop: (why: string) => void): void {
  parent.onAsk((message) => {
    if (message.ask === 'stop') stop('the launcher asked');
    else void service.ready().then((report) => parent.tell({ say: 'ready', report }));
  });
  parent.tell({ say: 'started' });
}

function stopOnce(logger: Logger, started: Promise<RunningService>): (why: string) => void {
  let stopping = false;
  return (why) => {
    if (stopping) return;
    stopping = true;
    logger.info({ why }, 'stopping');
    void within(LAST_RESORT_MS, 'the stop', stopStarted(started))
      .catch((error: unknown) => logger.error({ err: error }, 'stopped by force'))
      .finally(() => process.exit());
  };
}

/** A stop may be asked while the service is still starting; what has started by then is stopped. */
async function stopStarted(started: Promise<RunningService>): Promise<void> {
  const service = await started.catch(() => undefined);
  await service?.stop();
}
