import { INTERACTION } from './inbound-interaction.js';

/** Only for whoever did it, and gone with their next visit. */
const EPHEMERAL = 64;

/**
 * First answers by interaction type. A press needs no word, for the answer follows as a message. A command must have one: deferring it
 * would show "thinking" until the token ends.
 */
const REPLIES: Record<number, object> = {
  [INTERACTION.ping]: { type: 1 },
  [INTERACTION.command]: {
    type: 4,
    data: { content: '👍', flags: EPHEMERAL, allowed_mentions: { parse: [] } },
  },
  [INTERACTION.component]: { type: 6 },
  [INTERACTION.autocomplete]: { type: 8, data: { choices: [] } },
  [INTERACTION.modal]: { type: 6 },
};

/** What an interaction of a type is answered with at once; undefined for a type that is not known. */
export function firstAnswer(type: unknown): object | undefined {
  return typeof type === 'number' ? REPLIES[type] : undefined;
}
