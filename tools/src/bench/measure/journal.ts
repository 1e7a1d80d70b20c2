import { setTimeout as delay } from 'node:timers/promises';
import { indexIn } from '../recipients.js';

interface JournalEntry {
  seq: number;
  at: string;
  request: { text?: { body?: unknown } } | null;
  answer: { status: number } | null;
}

/** What the provider took, read from its journal while it fills. */
export interface Confirmed {
  /** Epoch ms at which the provider took message i; 0 while it has not. */
  takenAt: Float64Array;
  count: number;
  /** Messages taken more than once; must be 0. */
  duplicates: number;
  /** Calls that were not taken: throttled, refused, failed. */
  refused: number;
}

const POLL_MS = 500;
const STALL_MS = 60_000;

/** Follows the journal until every message of the run is in it; throws when nothing moves for a minute. */
export async function followJournal(sandboxUrl: string, tag: string, messages: number): Promise<Confirmed> {
  const seen: Confirmed = { takenAt: new Float64Array(messages), count: 0, duplicates: 0, refused: 0 };
  let since = new Date().toISOString();
  let movedAt = Date.now();
  while (seen.count < messages) {
    await delay(POLL_MS);
    const entries = await read(sandboxUrl, since);
    for (const entry of entries) note(seen, tag, entry);
    if (entries.length > 0) movedAt = Date.now();
    since = String(entries.at(-1)?.seq ?? since);
    if (Date.now() - movedAt > STALL_MS)
      throw new Error(`the provider got ${seen.count} of ${messages} messages, and no more for a minute`);
  }
  return seen;
}

async function read(sandboxUrl: string, since: string): Promise<JournalEntry[]> {
  const answer = await fetch(`${sandboxUrl}/journal?kind=whatsapp&since=${encodeURIComponent(since)}`);
  if (!answer.ok) throw new Error(`the sandbox's journal answered ${answer.status}`);
  return (await answer.json()) as JournalEntry[];
}

function note(seen: Confirmed, tag: string, { at, request, answer }: JournalEntry): void {
  const index = indexIn(tag, request?.text?.body);
  if (index === undefined) return;
  if (answer?.status !== 200) seen.refused += 1;
  else if (seen.takenAt[index]) seen.duplicates += 1;
  else {
    seen.takenAt[index] = Date.parse(at);
    seen.count += 1;
  }
}
