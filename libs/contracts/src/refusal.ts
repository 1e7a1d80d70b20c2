import type { ErrorCode } from './failures.js';

export interface FieldError {
  field: string;
  reason: string;
}

/** A refusal of a request or a message: a value, thrown only across the boundary of a surface. */
export interface Refusal {
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
  /** Ids the caller can choose from (`ambiguous_channel`). */
  choices?: string[];
  retryAfterSeconds?: number;
  messageId?: string;
  /** Nobody knows whether it was done; the same key tells. */
  outcomeUnknown?: true;
}

/** Carries a {@link Refusal} through code that can only throw. Recognised by `name`, never by `instanceof`. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** The refusal inside an unknown thrown value, if it is one. */
export function refusalOf(error: unknown): Refusal | undefined {
  const candidate = error as Partial<RefusalError> | null | undefined;
  return candidate?.name === 'RefusalError' ? candidate.refusal : undefined;
}

/** Shorthand to throw a refusal. */
export function refuse(code: ErrorCode, detail: string, more: Omit<Refusal, 'code' | 'detail'> = {}): never {
  throw new RefusalError({ code, detail, ...more });
}
