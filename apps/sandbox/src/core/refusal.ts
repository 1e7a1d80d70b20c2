/** A request of the control surface that is not carried out: status, stable code and the reason in plain words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

/** The refusal inside an unknown thrown value, if it is one. Recognised by `name`: tests run several realms. */
export function refusalOf(error: unknown): Refusal | undefined {
  const candidate = error as Partial<Refusal> | null | undefined;
  return candidate?.name === 'Refusal' ? (candidate as Refusal) : undefined;
}

/** 400 that names the field, as every surface does. */
export function invalid(field: string, reason: string): Refusal {
  return new Refusal(400, 'invalid_request', `${field} ${reason}`, { errors: [{ field, reason }] });
}

/** 404 with the code `not_found`. */
export function notFound(detail: string): Refusal {
  return new Refusal(404, 'not_found', detail);
}
