/** What the tool ends with. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** Why a command did not do what it was asked. */
export interface Trouble {
  code: string;
  detail: string;
  errors?: { field: string; reason: string }[];
  choices?: string[];
  next?: readonly string[];
}

/** Carries a {@link Trouble} and the exit code to the end of the program. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: number,
    readonly trouble: Trouble,
  ) {
    super(trouble.detail);
  }
}

/** By its name and what it carries: nothing else is told as trouble of the tool's own. */
export function isCliError(error: unknown): error is CliError {
  const { name, trouble } = error as Partial<CliError>;
  return name === 'CliError' && trouble !== undefined;
}

/** Throws that the command was called wrongly. */
export function misused(detail: string, ...next: string[]): never {
  throw new CliError(EXIT.usage, { code: 'usage', detail, next });
}

/** Throws that nothing answers. */
export function unreachable(detail: string, ...next: string[]): never {
  throw new CliError(EXIT.unreachable, { code: 'unreachable', detail, next });
}
