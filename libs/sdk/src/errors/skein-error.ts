import type { ErrorCode, FieldError } from '@skein/contracts';

/** Codes that only the SDK has: what no server could tell. */
export type LocalCode = 'unknown_outcome' | 'not_configured' | 'internal';

export type SkeinErrorCode = ErrorCode | LocalCode;

/** What an error knows beside its sentence. */
export interface ErrorFacts {
  code: SkeinErrorCode;
  /** True when the same call can succeed later. */
  retryable: boolean;
  /** What to do about it, in sentences. */
  next: readonly string[];
  /** HTTP status; absent when no answer came. */
  status?: number;
  /** The message that the error is about. */
  messageId?: string;
  /** The wrong fields of a request. */
  errors?: readonly FieldError[];
  /** Ids to choose from (`ambiguous_channel`). */
  choices?: readonly string[];
  /** Repeat the call with it and nothing is done twice. */
  idempotencyKey?: string;
  /** Seconds to wait before another try, where the server said so. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

const BRAND = Symbol.for('skein.error');

/**
 * Every error of the SDK. A message whose send rejects never goes out later; the only exception has a class of its own,
 * `UnknownOutcomeError`. `instanceof` looks at the name and not at the prototype, so that it also holds for an error of another copy
 * of this package.
 */
export class SkeinError extends Error {
  readonly code: SkeinErrorCode;
  readonly retryable: boolean;
  readonly next: readonly string[];
  declare readonly status?: number;
  declare readonly messageId?: string;
  readonly errors: readonly FieldError[];
  declare readonly choices?: readonly string[];
  declare readonly idempotencyKey?: string;
  declare readonly retryAfterSeconds?: number;

  constructor(message: string, { code, retryable, next, errors = [], cause, ...facts }: ErrorFacts) {
    super(message, cause === undefined ? {} : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.next = next;
    this.errors = errors;
    Object.assign(this, facts);
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const seen = value as { [BRAND]?: boolean; name?: string } | null | undefined;
    return seen?.[BRAND] === true && (this === SkeinError || seen.name === this.name);
  }
}
