/** UTF-16 units kept of a name. */
const LONGEST = 255;

/** What a file is called, from whatever somebody says: the last part of a path, without control characters; undefined when none is left. */
export function fileName(said: string): string | undefined {
  const last = said.split(/[\\/]/).pop() ?? '';
  // Half of a surrogate pair is left where a name is cut.
  const name = last
    .replace(/\p{Cc}/gu, '')
    .slice(0, LONGEST)
    .replace(/\p{Cs}/gu, '');
  return /^\.*$/.test(name) ? undefined : name;
}
