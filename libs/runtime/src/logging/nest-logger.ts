import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own notices through our logger. Its `log` level is route tables and boot chatter, so that becomes `debug`. */
export function nestLogger(logger: Logger): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal' | 'trace') =>
    (message: unknown, ...rest: unknown[]) =>
      logger[level](detail(message, rest), text(message));
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('trace'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}

/** Nest passes the context last and a stack, if any, before it. */
function detail(message: unknown, rest: unknown[]): object {
  const context = rest.at(-1);
  const stack = rest.length > 1 ? rest[0] : undefined;
  return {
    ...(typeof context === 'string' ? { context } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(typeof message === 'object' && message !== null ? { err: message } : {}),
  };
}

function text(message: unknown): string {
  if (typeof message === 'string') return message;
  return (message as Partial<Error> | null)?.message ?? String(message);
}
