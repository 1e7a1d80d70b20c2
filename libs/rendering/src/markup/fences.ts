const MARKS = /`{3,}/g;

/** A code block of three backticks. Backticks inside are parted by a character without width, since nothing escapes them. */
export function fenced(text: string): string {
  return `\`\`\`\n${text.replace(MARKS, (found) => [...found].join('\u200B'))}\n\`\`\``;
}

/** A code block as CommonMark reads it: its fence is longer than any backticks inside. */
export function longFenced(text: string): string {
  const longest = Math.max(2, ...(text.match(MARKS) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** Code in a line, as CommonMark reads it: its fence differs from the backticks inside. */
export function spanned(text: string): string {
  if (!text.includes('`')) return `\`${text}\``;
  const taken = new Set((text.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (taken.has(length)) length += 1;
  const fence = '`'.repeat(length);
  return `${fence} ${text} ${fence}`;
}
