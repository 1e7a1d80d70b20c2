import type { IdForm } from './config.js';

/**
 * The one form in which an id is kept, for answers and receipts alike: the number it stands for when the carrier's base is known, else the
 * text in lower case without what cannot be seen.
 */
export function canonicalId(id: string, form: IdForm): string {
  const text = [...id]
    .filter((character) => character > ' ')
    .join('')
    .toLowerCase();
  if (form === 'hex' && /^[0-9a-f]+$/.test(text)) return BigInt(`0x${text}`).toString();
  if (form === 'decimal' && /^\d+$/.test(text)) return BigInt(text).toString();
  return text;
}

/** Ids whose receipts may still be matched by their number; beyond it the oldest are matched by their text only. */
const REMEMBERED = 20_000;

/**
 * Ids of recent submits, so that a receipt finds its own although the carrier writes it in another base: as it is, then as a decimal that
 * was a hexadecimal number or the other way round. Seen in the wild: 70BA8A69 in the answer, 1891273321 in the receipt.
 */
export class RecentIds {
  private readonly known = new Set<string>();
  private readonly byNumber = new Map<string, string>();

  add(id: string): void {
    this.known.add(id);
    for (const number of numbersOf(id)) this.byNumber.set(number, id);
    trim(this.known);
    trim(this.byNumber);
  }

  /** The id as it was submitted; undefined when none of them fits. */
  find(id: string): string | undefined {
    if (this.known.has(id)) return id;
    for (const number of numbersOf(id)) {
      const found = this.byNumber.get(number);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function numbersOf(id: string): string[] {
  if (id.length > 32 || !/^[0-9a-f]+$/.test(id)) return [];
  const hexadecimal = BigInt(`0x${id}`).toString();
  return /^\d+$/.test(id) ? [BigInt(id).toString(), hexadecimal] : [hexadecimal];
}

function trim(kept: Set<string> | Map<string, string>): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= REMEMBERED) return;
    kept.delete(oldest);
  }
}
