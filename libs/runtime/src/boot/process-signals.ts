import type { Logger } from 'pino';

/** Codes of errors that mean "the other side is away": such an error without an owner is logged and survived. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'CONNECTION_REFUSED',
  '57P01',
  '57P02',
  '57P03',
]);

/**
 * Makes this module the only owner of signals: the first SIGTERM or SIGINT calls `stop` once, the second ends the
 * process at once. `interrupts` says whether SIGINT counts: a child of a launcher gets the terminal's Ctrl-C too,
 * and must leave the order of stopping to its parent.
 */
export function ownSignals(stop: (why: string) => void, interrupts: boolean): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) process.exit(130);
    asked = true;
    stop(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', interrupts ? onSignal : () => undefined);
}

/**
 * A lost connection that nobody awaited must not end the process; any other uncaught error is a defect, and what
 * state it left is unknown, so the process is stopped and its supervisor starts a new one.
 */
export function ownUncaught(logger: Logger, stop: (why: string) => void): void {
  process.on('unhandledRejection', (reason) => logger.error({ err: reason }, 'a promise failed unattended'));
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && AWAY.has(error.code)) {
      logger.error({ err: error }, 'a connection failed unattended');
      return;
    }
    logger.fatal({ err: error }, 'uncaught error, stopping');
    process.exitCode = 1;
    stop('uncaughtException');
  });
}
