/** What one look found. */
export interface Finding {
  check: string;
  /** `unknown` is what cannot be seen from here. */
  state: 'ok' | 'bad' | 'warn' | 'unknown';
  detail: string;
  /** What to do about it. */
  mend?: string;
}

export const fine = (check: string, detail: string): Finding => ({ check, state: 'ok', detail });
export const bad = (check: string, detail: string, mend: string): Finding => ({
  check,
  state: 'bad',
  detail,
  mend,
});
export const warn = (check: string, detail: string, mend: string): Finding => ({
  check,
  state: 'warn',
  detail,
  mend,
});
export const unseen = (check: string, detail: string, mend: string): Finding => ({
  check,
  state: 'unknown',
  detail,
  mend,
});

/** A sentence without the passwords of addresses in it. */
export function withoutPasswords(text: string): string {
  return text.replace(/\/\/([^:@/\s]*):[^@\s]*@/g, '//$1:***@');
}

/** The message of anything thrown, without passwords. */
export function messageOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return withoutPasswords(message || code || String(error));
}
