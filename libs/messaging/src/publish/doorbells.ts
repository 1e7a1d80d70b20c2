/** A doorbell: lists of ids by name, such as `{ids: [...]}` or `{calls: [...], inbound: [...]}`. It carries no content. */
export type Doorbell = Readonly<Record<string, readonly string[]>>;

/** Ids in one message. */
const MAX_IDS = 500;
/** Milliseconds that a doorbell waits for others of its subject. */
const GATHER_MS = 2;

interface OpenBell {
  lists: Record<string, string[]>;
  ids: number;
  rung: Promise<boolean>;
  settle(outcome: Promise<boolean>): void;
}

/**
 * Merges doorbells of one subject that ring within about 2 ms into one message of at most 500 ids. Everyone whose
 * ids are in it learns whether it was rung.
 */
export class Doorbells {
  private readonly open = new Map<string, OpenBell>();
  private timer: NodeJS.Timeout | undefined;

  /** `ring` publishes one merged doorbell and never rejects. */
  constructor(private readonly ring: (subject: string, json: string) => Promise<boolean>) {}

  /** Adds ids; resolves to whether all of them were rung. */
  async add(subject: string, bell: Doorbell): Promise<boolean> {
    const rung = new Set<Promise<boolean>>();
    for (const [list, ids] of Object.entries(bell)) {
      for (let from = 0; from < ids.length; from += MAX_IDS) {
        rung.add(this.gather(subject, list, ids.slice(from, from + MAX_IDS)));
      }
    }
    const outcomes = await Promise.all(rung);
    return outcomes.every(Boolean);
  }

  /** Rings everything gathered so far. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const subject of [...this.open.keys()]) this.close(subject);
  }

  private gather(subject: string, list: string, ids: readonly string[]): Promise<boolean> {
    const full = (this.open.get(subject)?.ids ?? 0) + ids.length > MAX_IDS;
    if (full) this.close(subject);
    const bell = this.open.get(subject) ?? this.start(subject);
    (bell.lists[list] ??= []).push(...ids);
    bell.ids += ids.length;
    return bell.rung;
  }

  private start(subject: string): OpenBell {
    let settle: OpenBell['settle'] = () => undefined;
    const rung = new Promise<boolean>((resolve) => (settle = resolve));
    const bell = { lists: {}, ids: 0, rung, settle };
    this.open.set(subject, bell);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
    return bell;
  }

  private close(subject: string): void {
    const bell = this.open.get(subject);
    this.open.delete(subject);
    bell?.settle(this.ring(subject, JSON.stringify(bell.lists)));
  }
}
