import { listOf, objectOf, textOf } from '@skein/contracts';
import { snowflakeOf } from '../snowflake.js';

/** More channels than one connection may serve have. */
const LIMIT = 100_000;

type Learn = (data: unknown, names: RoomNames) => void;

const one: Learn = (data, names) => names.set(data);

/** Dispatches that tell what a channel or a thread is called. */
const LEARN: Record<string, Learn> = {
  GUILD_CREATE: (data, names) => {
    for (const list of ['channels', 'threads'])
      for (const each of listOf(objectOf(data)?.[list])) names.set(each);
  },
  CHANNEL_CREATE: one,
  CHANNEL_UPDATE: one,
  THREAD_CREATE: one,
  THREAD_UPDATE: one,
};

/** Names of channels and threads: a message says only where it was written. */
export class RoomNames {
  private readonly byId = new Map<string, string>();

  get(id: string): string | undefined {
    return this.byId.get(id);
  }

  set(value: unknown): void {
    const channel = objectOf(value);
    const [id, name] = [snowflakeOf(channel?.['id']), textOf(channel?.['name'])];
    if (id === undefined || name === undefined) return;
    if (this.byId.size < LIMIT || this.byId.has(id)) this.byId.set(id, name.slice(0, 200));
  }

  /** Takes what a dispatch tells of names; most tell nothing. */
  learn(type: string, data: unknown): void {
    if (Object.hasOwn(LEARN, type)) LEARN[type]?.(data, this);
  }
}
