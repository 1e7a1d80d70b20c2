import type { ErrorCode, TemplateUse, TemplateRow } from '@skein/contracts';

/** What policy says about one message. */
export type Verdict =
  | { do: 'deliver'; needsWindow: boolean; template?: ChosenTemplate }
  | { do: 'hold'; holdSeconds: number; prompt?: ChosenTemplate }
  | { do: 'refuse'; code: ErrorCode; detail: string };

/** An approved template together with the values it is used with. */
export interface ChosenTemplate {
  row: TemplateRow;
  use: TemplateUse;
}

/** Shorthand for a refusal. */
export function refused(code: ErrorCode, detail: string): { do: 'refuse'; code: ErrorCode; detail: string } {
  return { do: 'refuse', code, detail };
}
