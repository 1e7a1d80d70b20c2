import { listOf, objectOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { readInteraction } from '../inbound-interaction.js';
import { readDelete, readMessage, readReaction, readUpdate } from '../inbound-message.js';
import type { Reading } from '../inbound-message.js';

/** A dispatch as it came. */
export interface Dispatch {
  type: string;
  data: unknown;
  /** Session and sequence number: the same when it is told again. */
  told: string;
}

type Reader = (data: JsonObject, reading: Reading, told: string) => InboundEvent[];

/** What is understood. Other dispatches say nothing that anybody said. */
const READERS: Record<string, Reader> = {
  MESSAGE_CREATE: readMessage,
  MESSAGE_UPDATE: readUpdate,
  MESSAGE_DELETE: (data, reading) => readDelete(data, [data['id']], reading),
  MESSAGE_DELETE_BULK: (data, reading) => readDelete(data, listOf(data['ids']), reading),
  MESSAGE_REACTION_ADD: (data, reading, told) => readReaction(data, told, true, reading),
  MESSAGE_REACTION_REMOVE: (data, reading, told) => readReaction(data, told, false, reading),
  INTERACTION_CREATE: readInteraction,
};

/** The events in a dispatch. */
export function eventsOf({ type, data, told }: Dispatch, reading: Reading): InboundEvent[] {
  const said = objectOf(data);
  if (said === undefined || !Object.hasOwn(READERS, type)) return [];
  return READERS[type]?.(said, reading, told) ?? [];
}
