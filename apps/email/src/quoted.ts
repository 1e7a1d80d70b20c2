/** Lines with which mail programs introduce what they quote. */
const INTRODUCTIONS: readonly RegExp[] = [
  /^\s*On\b.{4,300}\bwrote:\s*$/,
  /^\s*(Am|Le|El|Il|Op|Den)\b.{4,300}\b(schrieb|a écrit|escribió|ha scritto|schreef|skrev).{0,100}:\s*$/u,
  /^\s*-{2,}\s*(Original Message|Ursprüngliche Nachricht|Message d'origine|Forwarded message)\s*-{2,}\s*$/iu,
  /^_{20,}\s*$/,
];

export interface Split {
  /** What the person wrote now. */
  said: string;
  /** What came along from earlier mails; empty when nothing did. */
  quoted: string;
}

/** Parts a reply from what it quotes. A mail that only quotes, or answers between the lines, stays whole. */
export function splitQuoted(text: string): Split {
  const lines = text.split('\n');
  const start = quoteStart(lines);
  const said = lines.slice(0, start).join('\n').trim();
  return said === ''
    ? { said: text.trim(), quoted: '' }
    : { said, quoted: lines.slice(start).join('\n').trim() };
}

function quoteStart(lines: string[]): number {
  const introduced = lines.findIndex((_, index) => introduces(lines, index));
  if (introduced < 0) return trailingQuote(lines);
  return answersBelow(lines, introduced) ? lines.length : introduced;
}

/** Programs break the line of an introduction in two. */
function introduces(lines: string[], index: number): boolean {
  const line = lines[index] ?? '';
  const joined = `${line} ${lines[index + 1] ?? ''}`;
  const outlook = /^\s*From:\s/.test(line) && /^\s*(Sent|Date|To):\s/.test(lines[index + 1] ?? '');
  return (
    outlook ||
    INTRODUCTIONS.some(
      (pattern) => pattern.test(line) || (/^\s*(On|Am|Le)\b/.test(line) && pattern.test(joined)),
    )
  );
}

/** An answer between quoted lines: something unquoted follows a quoted line. */
function answersBelow(lines: string[], start: number): boolean {
  const rest = lines.slice(start + 1).filter((line) => line.trim() !== '');
  const first = rest.findIndex((line) => line.startsWith('>'));
  return first >= 0 && rest.slice(first).some((line) => !line.startsWith('>'));
}

function trailingQuote(lines: string[]): number {
  let start = lines.length;
  while (start > 0 && /^(>|\s*$)/.test(lines[start - 1] ?? '')) start -= 1;
  return start;
}
