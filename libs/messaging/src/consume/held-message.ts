import type { JsMsg } from '@nats-io/jetstream';
import type { Item } from './settlement.js';

/** A message between its delivery and its settlement. */
export interface Held {
  message: JsMsg;
  item: Item;
  /** The connection epoch it was delivered in; see `NatsLink.epoch`. */
  epoch: number;
  bytes: number;
  weight: number;
}

/** From the third delivery on a message is handled alone, so that it can fail by itself. */
const ALONE_AFTER_REDELIVERIES = 2;

/** True when a message has failed or been lost often enough to be suspected. */
export function isSuspect(held: Held): boolean {
  return held.item.redeliveries >= ALONE_AFTER_REDELIVERIES;
}

/** Things to do in one batch. */
export const MAX_BATCH_WEIGHT = 500;

/**
 * Takes the next batch out of a queue: the first message and, in order, those behind it as far as the weight allows.
 * A suspect goes alone.
 */
export function takeBatch(queue: Held[], maxWeight = MAX_BATCH_WEIGHT): Held[] {
  let weight = 0;
  let count = 0;
  for (const held of queue) {
    const fits = weight + held.weight <= maxWeight && !isSuspect(held);
    if (count > 0 && !fits) break;
    weight += held.weight;
    count += 1;
    if (isSuspect(held)) break;
  }
  return queue.splice(0, count);
}
