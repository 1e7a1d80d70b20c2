/** Limits of one message in items and bytes of JSON. */
export interface SplitLimits {
  items: number;
  bytes: number;
}

/** One message: how many of the items it holds, and its JSON. */
export interface Chunk {
  count: number;
  json: string;
}

/** Items per message that handlers take as one batch, and half of what readers accept in bytes. */
export const MESSAGE_LIMITS: SplitLimits = { items: 500, bytes: 512 * 1024 };

/**
 * Cuts items, in order, into JSON arrays within the limits. An item larger than the byte limit stands alone: it cannot
 * be cut, and the stream decides whether it takes it.
 */
export function splitItems(items: readonly unknown[], limits = MESSAGE_LIMITS): Chunk[] {
  const chunks: Chunk[] = [];
  let open: string[] = [];
  let bytes = 2;
  const close = () => {
    if (open.length > 0) chunks.push({ count: open.length, json: `[${open.join(',')}]` });
    open = [];
    bytes = 2;
  };
  for (const item of items) {
    const json = JSON.stringify(item);
    const size = Buffer.byteLength(json) + 1;
    if (open.length >= limits.items || (open.length > 0 && bytes + size > limits.bytes)) close();
    open.push(json);
    bytes += size;
  }
  close();
  return chunks;
}
