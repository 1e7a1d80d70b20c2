import { pino, type DestinationStream, type Logger } from 'pino';
import { redact, redactText } from './redact.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A JSON logger of one service: one line per event with `service`, ISO time and level as a word. Everything passes
 * the redaction, so a credential that reaches a log call still does not reach the log.
 */
export function createLogger(service: string, level: LogLevel = 'info', to?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redact(fields) as Record<string, unknown>,
    },
    // Errors are described by the redaction above; pino's own serializer would run first and keep secrets.
    serializers: { err: (error: unknown) => error },
    hooks: { logMethod: redactMessage },
  };
  return to ? pino(options, to) : pino(options);
}

function redactMessage(this: Logger, args: unknown[], method: (...args: unknown[]) => void): void {
  method.apply(
    this,
    args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)),
  );
}
