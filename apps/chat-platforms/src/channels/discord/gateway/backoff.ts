const FIRST_MS = 1_000;
const MOST_MS = 60_000;
/** A line that was cut once is mended at once, but not by everybody in the same moment. */
const AT_ONCE_MS = 500;

/** How long to wait before a connection is opened again, after so many that did not come to anything. */
export function pauseMs(failures: number, random = Math.random()): number {
  if (failures === 0) return AT_ONCE_MS * random;
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16)) * (0.5 + random / 2);
}
