import { isDataError } from './away.js';

export type Settled<T, R> = { item: T; value: R } | { item: T; error: unknown };

/**
 * Runs a batch; when a data error fails it, halves it until only the items that carry the error fail. Other errors (database
 * away) are thrown: they say nothing about an item.
 */
export async function bisect<T, R>(items: T[], run: (items: T[]) => Promise<R[]>): Promise<Settled<T, R>[]> {
  if (items.length === 0) return [];
  try {
    const values = await run(items);
    return items.map((item, index) => ({ item, value: values[index] as R }));
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (items.length === 1) return [{ item: items[0] as T, error }];
    const middle = Math.ceil(items.length / 2);
    return [...(await bisect(items.slice(0, middle), run)), ...(await bisect(items.slice(middle), run))];
  }
}
