import type { ShownBody, ShownEntry, ShownFile } from '../src/protocol.js';

/** A message that the server has not confirmed yet. */
export interface Unsent {
  id: string;
  at: string;
  text?: string;
  files?: { ref: string; shown: Omit<ShownFile, 'url'> }[];
  action?: { id: string; label: string; entry?: number };
  failed?: true;
}

/** A line of the conversation as it is drawn. */
export interface Line {
  /** The same for a message before and after it is confirmed. */
  key: string;
  /** Changes when it must be drawn anew. */
  version: string;
  direction: 'in' | 'out';
  at: string;
  body: Exclude<ShownBody, { type: 'edit' }>;
  entryId?: number;
  isEdited: boolean;
  state?: 'sending' | 'sent' | 'seen' | 'failed';
}

/** What this page knows of the conversation. */
export class Conversation {
  private readonly entries = new Map<number, ShownEntry>();
  private readonly edits = new Map<number, { by: number; text: string }>();
  private readUpTo = 0;
  more = false;

  /** The last entry seen; undefined before the first. */
  get cursor(): number | undefined {
    return this.entries.size === 0 ? undefined : Math.max(...this.entries.keys());
  }

  get first(): number | undefined {
    return this.entries.size === 0 ? undefined : Math.min(...this.entries.keys());
  }

  /** The last entry of the business. */
  get lastReceived(): number {
    return Math.max(0, ...[...this.entries.values()].filter(isReceived).map(({ id }) => id));
  }

  get unread(): number {
    return [...this.entries.values()].filter(
      (entry) => isNews(entry) && !entry.read && entry.id > this.readUpTo,
    ).length;
  }

  /** @returns the entries that were not known. */
  take(entries: readonly ShownEntry[]): ShownEntry[] {
    const fresh = entries.filter(({ id }) => !this.entries.has(id));
    for (const entry of fresh) {
      this.entries.set(entry.id, entry);
      if (entry.body.type !== 'edit') continue;
      const { target, text } = entry.body;
      if (entry.id > (this.edits.get(target)?.by ?? 0)) this.edits.set(target, { by: entry.id, text });
    }
    return fresh;
  }

  read(upTo: number): void {
    this.readUpTo = Math.max(this.readUpTo, upTo);
  }

  forget(): void {
    this.entries.clear();
    this.edits.clear();
    this.readUpTo = 0;
    this.more = false;
  }

  has(clientId: string): boolean {
    return [...this.entries.values()].some((entry) => entry.clientId === clientId);
  }

  /** Everything in order; what is not confirmed comes last. */
  lines(unsent: readonly Unsent[], seenUpTo: number): Line[] {
    const sorted = [...this.entries.values()].sort((one, other) => one.id - other.id);
    const answered = Math.max(seenUpTo, this.lastReceived);
    const known = sorted.flatMap((entry) => this.lineOf(entry, answered));
    return [...known, ...unsent.filter(({ id }) => !this.has(id)).map(unsentLine)];
  }

  private lineOf(entry: ShownEntry, answered: number): Line[] {
    const { id, direction, at, clientId, body } = entry;
    if (body.type === 'edit') return [];
    const edit = this.edits.get(id);
    const shown =
      edit === undefined || body.type !== 'components'
        ? body
        : { ...body, components: edited(body.components, edit.text), text: edit.text };
    const state = direction === 'in' ? { state: id < answered ? ('seen' as const) : ('sent' as const) } : {};
    return [
      {
        ...{ key: clientId ?? `e${id}`, version: `${id} ${edit?.by ?? 0} ${state.state ?? ''}` },
        ...{ direction, at, body: shown, entryId: id, isEdited: edit !== undefined },
        ...state,
      },
    ];
  }
}

type Components = Extract<ShownBody, { type: 'components' }>['components'];

/** The new text stands where the first text stood; what is not text stays. */
function edited(components: Components, text: string): Components {
  const others = components.filter(({ type }) => type !== 'text');
  return [{ type: 'text', text }, ...others];
}

function unsentLine({ id, at, text, files, action, failed }: Unsent): Line {
  const state = failed ? 'failed' : 'sending';
  return {
    ...{ key: id, version: state, direction: 'in', at, isEdited: false, state },
    body: {
      type: 'said',
      ...(text === undefined ? {} : { text }),
      ...(files === undefined ? {} : { files: files.map(({ shown }) => ({ ...shown, url: '' })) }),
      ...(action === undefined ? {} : { action }),
    },
  };
}

function isReceived({ direction }: ShownEntry): boolean {
  return direction === 'out';
}

function isNews(entry: ShownEntry): boolean {
  return isReceived(entry) && entry.body.type !== 'edit';
}
