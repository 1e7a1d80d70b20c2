import type { ReadyReport } from '../service.js';

/** What a launcher may say to a service process it spawned with an IPC channel. */
export type FromParent = { ask: 'ready' } | { ask: 'stop' };

/** What the service process answers. `started` comes once, when `start` has resolved. */
export type FromService = { say: 'started' } | { say: 'ready'; report: ReadyReport };

export interface ParentLink {
  /** True when a launcher holds the other end. It then decides when to stop, and a Ctrl-C meant for it is not ours. */
  readonly present: boolean;
  tell(message: FromService): void;
  onAsk(listener: (message: FromParent) => void): void;
  /** The launcher died or let go: nobody will stop us, so we stop ourselves. */
  onGone(listener: () => void): void;
}

/** The IPC channel of this process to the one that spawned it. */
export function parentLink(): ParentLink {
  return {
    present: process.send !== undefined && process.connected,
    tell: (message) => {
      // The parent may be gone between the check and the write; `onGone` handles that.
      if (process.connected) process.send?.(message, undefined, {}, () => undefined);
    },
    onAsk: (listener) => void process.on('message', (message) => listener(message as FromParent)),
    onGone: (listener) => void process.on('disconnect', listener),
  };
}
