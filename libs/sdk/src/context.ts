import { AsyncLocalStorage } from 'node:async_hooks';
import type { TurnRequest } from '@skein/contracts';

/** What a sender may say of itself; the server sets the other origins. */
export type StatedOrigin = 'job' | 'webhook' | 'trigger';

/** A turn in whose name is sent. */
export interface BoundTurn {
  request: TurnRequest;
  /** True from the moment it is answered; the server then refuses whatever comes. */
  isOver: boolean;
}

interface Context {
  turn?: BoundTurn;
  origin?: StatedOrigin;
}

/** Follows a call through everything it awaits: two turns that run at once never see each other's. */
const storage = new AsyncLocalStorage<Context>();

/** The turn that the running code belongs to. */
export function currentTurn(): BoundTurn | undefined {
  return storage.getStore()?.turn;
}

/** Runs a function as part of a turn: everything it sends is sent in the name of the turn. */
export function inTurn<T>(turn: BoundTurn, run: () => T): T {
  return storage.run({ turn }, run);
}

/** The origin that sends state unless they name another. */
export function currentOrigin(): StatedOrigin | undefined {
  return storage.getStore()?.origin;
}

/** Runs a function whose sends come from a job, a webhook or a trigger, unless they say otherwise. */
export function withOrigin<T>(origin: StatedOrigin, run: () => T): T {
  return storage.run({ ...storage.getStore(), origin }, run);
}
