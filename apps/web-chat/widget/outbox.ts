import type { ClientFrame, RefusedFrame } from '../src/protocol.js';
import type { Unsent } from './conversation.js';
import type { Storage } from './storage.js';

const KEY = 'outbox';

/** Messages until the server has them: kept over a reload, sent one after the other, again with the same id. */
export class Outbox {
  items: Unsent[];
  private underWay: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly onChange: () => void,
  ) {
    this.items = storage.list<Unsent>(KEY);
  }

  add(message: Omit<Unsent, 'id' | 'at'>): void {
    const id = newId();
    this.items.push({ id, at: new Date().toISOString(), ...message });
    this.changed();
    this.next();
  }

  /** The connection is new: whatever was under way may have been lost. */
  flush(): void {
    this.underWay = undefined;
    this.next();
  }

  accepted(id: string): void {
    this.settle(id, (items) => items.filter((item) => item.id !== id));
    this.next();
  }

  refused({ id, retry, retryAfterMs }: RefusedFrame): void {
    if (id === undefined) return;
    if (retry) {
      clearTimeout(this.timer);
      this.underWay = undefined;
      this.timer = setTimeout(() => this.next(), (retryAfterMs ?? 1000) + 50);
      return;
    }
    this.settle(id, (items) => items.map((item) => (item.id === id ? { ...item, failed: true } : item)));
    this.next();
  }

  retry(id: string): void {
    this.settle(id, (items) =>
      items.map(({ failed, ...item }) => (item.id === id ? item : { ...item, ...(failed && { failed }) })),
    );
    this.next();
  }

  discard(id: string): void {
    this.settle(id, (items) => items.filter((item) => item.id !== id));
  }

  /** Somebody else writes from now on. */
  clear(): void {
    this.items = [];
    this.underWay = undefined;
    this.changed();
  }

  private settle(id: string, change: (items: Unsent[]) => Unsent[]): void {
    if (this.underWay === id) this.underWay = undefined;
    this.items = change(this.items);
    this.changed();
  }

  private next(): void {
    const item = this.items.find(({ failed }) => !failed);
    if (item === undefined || this.underWay !== undefined) return;
    const { id, text, files, action } = item;
    const sent = this.send({
      ...{ type: 'message', id },
      ...(text === undefined ? {} : { text }),
      ...(files === undefined ? {} : { files: files.map(({ ref }) => ref) }),
      ...(action === undefined ? {} : { action }),
    });
    if (sent) this.underWay = id;
  }

  private changed(): void {
    this.storage.set(KEY, this.items.length === 0 ? undefined : JSON.stringify(this.items));
    this.onChange();
  }
}

/** `crypto.randomUUID` exists on secure pages only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
