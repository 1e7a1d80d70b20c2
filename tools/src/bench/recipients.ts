/** People the load is spread over, so that no pair limit and no single lane bounds the figure. */
export const RECIPIENTS = 5000;

/** Phone number of the person who gets message `index`; no number ends in one of the sandbox's special endings. */
export function recipientOf(index: number): string {
  return `+4915112${String(index % RECIPIENTS).padStart(6, '0')}`;
}

/** Text of message `index` of a run. The run's tag and the index are found again in what the provider got. */
export function textOf(tag: string, index: number): string {
  return `${tag}-${index}: your order has left our warehouse and should be with you tomorrow before noon.`;
}

/** The index in a text of this run; undefined for other texts. */
export function indexIn(tag: string, text: unknown): number | undefined {
  if (typeof text !== 'string' || !text.startsWith(`${tag}-`)) return undefined;
  return Number(text.slice(tag.length + 1, text.indexOf(':')));
}
