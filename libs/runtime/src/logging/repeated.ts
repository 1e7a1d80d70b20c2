import type { Logger } from 'pino';

type Level = 'info' | 'warn' | 'error';

interface Seen {
  since: number;
  suppressed: number;
}

/** Distinct failures remembered at once; the oldest is forgotten, so that a storm with changing keys stays bounded. */
const MAX_KEYS = 500;

/**
 * A logger for failures that come in storms (forged webhooks, a broker that is away): the first of a key is
 * logged, then at most one per interval, with the number left out in between as `suppressed`.
 */
export class RepeatedLog {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly logger: Logger,
    private readonly everyMs = 10_000,
  ) {}

  info(key: string, fields: object, message: string): void {
    this.log('info', key, fields, message);
  }

  warn(key: string, fields: object, message: string): void {
    this.log('warn', key, fields, message);
  }

  error(key: string, fields: object, message: string): void {
    this.log('error', key, fields, message);
  }

  private log(level: Level, key: string, fields: object, message: string): void {
    const now = Date.now();
    const seen = this.seen.get(key);
    if (seen && now - seen.since < this.everyMs) {
      seen.suppressed += 1;
      return;
    }
    this.remember(key, now);
    const suppressed = seen?.suppressed ? { suppressed: seen.suppressed } : {};
    this.logger[level]({ ...fields, ...suppressed }, message);
  }

  private remember(key: string, now: number): void {
    this.seen.delete(key);
    this.seen.set(key, { since: now, suppressed: 0 });
    if (this.seen.size <= MAX_KEYS) return;
    const oldest = this.seen.keys().next();
    if (!oldest.done) this.seen.delete(oldest.value);
  }
}
