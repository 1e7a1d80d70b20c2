const OPEN = /^ {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))$/;
const LANGUAGE = /^[\w+#.-]*$/;

/**
 * The fence that a line opens a code block with, and the code beside it, since people also begin their code there; undefined for
 * every other line. After tildes only the name of a language can stand: three tildes are also how people strike out.
 */
export function opensFence(line: string): { fence: string; code: string } | undefined {
  const [, ticks, beside = '', tildes, name = ''] = OPEN.exec(line) ?? [];
  if (ticks !== undefined) return { fence: ticks, code: LANGUAGE.test(beside.trim()) ? '' : beside };
  return tildes !== undefined && LANGUAGE.test(name.trim()) ? { fence: tildes, code: '' } : undefined;
}

/** Whether a line ends the code block; people also write the end behind the last line of code. */
export function closesFence(line: string, fence: string): boolean {
  return line.trimEnd().endsWith(fence);
}
