import type { SandboxClock } from './clock.js';

/** What the provider answered; `body` is the JSON it sent, or the SMTP reply line. Null: no answer was sent. */
export interface ProviderAnswer {
  status: number;
  body: unknown;
}

export interface JournalEntry {
  seq: number;
  at: string;
  kind: string;
  /** The person concerned, in the form the provider knows them by; null for calls about no one. */
  address: string | null;
  operation: string;
  request: unknown;
  answer: ProviderAnswer | null;
  /** The fault on command that shaped this answer. */
  fault?: string;
}

export interface CallRecord {
  kind: string;
  address: string | null;
  operation: string;
  request: unknown;
  answer: ProviderAnswer | null;
  fault?: string;
}

interface StoredCall extends CallRecord {
  seq: number;
  atMs: number;
}

/** 200,000 calls of about 1 KB: ten benchmark runs, and still only a few hundred megabytes. */
const CAPACITY = 200_000;

/** Every provider call in order, failed ones too, in a ring that forgets the oldest. */
export class Journal {
  private readonly ring: StoredCall[] = [];
  private next = 1;

  constructor(
    private readonly clock: SandboxClock,
    private readonly capacity = CAPACITY,
  ) {}

  /** Keeps the objects themselves: callers must not change them afterwards, except to fill in a late answer. */
  record(call: CallRecord): CallRecord {
    const stored = call as StoredCall;
    stored.seq = this.next;
    stored.atMs = this.clock.now();
    this.ring[(this.next - 1) % this.capacity] = stored;
    this.next += 1;
    return stored;
  }

  /** Entries of one kind (or all) with `seq > since`, or at or after an ISO time, oldest first. */
  list(kind: string | null, since: string | null): JournalEntry[] {
    const keep = sinceFilter(since);
    const entries: JournalEntry[] = [];
    for (let seq = Math.max(1, this.next - this.capacity); seq < this.next; seq += 1) {
      const stored = this.ring[(seq - 1) % this.capacity];
      if (stored && (kind === null || stored.kind === kind) && keep(stored))
        entries.push(this.present(stored));
    }
    return entries;
  }

  clear(): void {
    this.ring.length = 0;
    this.next = 1;
  }

  private present({ seq, atMs, kind, address, operation, request, answer, fault }: StoredCall): JournalEntry {
    const entry: JournalEntry = {
      seq,
      at: this.clock.stamp(atMs),
      kind,
      address,
      operation,
      request,
      answer,
    };
    return fault === undefined ? entry : { ...entry, fault };
  }
}

function sinceFilter(since: string | null): (call: StoredCall) => boolean {
  if (since === null || since === '') return () => true;
  if (/^\d+$/.test(since)) return (call) => call.seq > Number(since);
  const atMs = Date.parse(since);
  return Number.isNaN(atMs) ? () => true : (call) => call.atMs >= atMs;
}
