import { isTransient } from '@skein/messaging';

/**
 * Runs a batch. When a defect ends it, halves it until only the items that carry the defect are left, each handed to `failed`;
 * the halves keep their order. What says that a server is away is thrown: it tells nothing about an item.
 */
export async function isolate<T>(
  items: T[],
  run: (items: T[]) => Promise<void>,
  failed: (item: T, error: unknown) => Promise<void>,
): Promise<void> {
  try {
    await run(items);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (items.length === 1) return failed(items[0] as T, error);
    const middle = Math.ceil(items.length / 2);
    await isolate(items.slice(0, middle), run, failed);
    await isolate(items.slice(middle), run, failed);
  }
}
