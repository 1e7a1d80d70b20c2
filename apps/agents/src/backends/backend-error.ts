/** A backend could not answer and says when it is worth another try. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly code = 'backend';

  constructor(
    detail: string,
    /** Milliseconds that it asks to be left alone; undefined when it does not say. */
    readonly retryAfterMs?: number,
  ) {
    super(detail);
  }
}
