import { consentWish, eventIdOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { phoneAddress, userIdAddress } from './address.js';
import { senderOf } from './inbound-base.js';
import type { Sender } from './inbound-base.js';
import { contentOf } from './inbound-content.js';

interface Written extends Sender {
  eventId: string;
  at: string;
}

/** One entry of `messages[]`: usually one event, two when a keyword also changes the person's consent. */
export function readMessage(value: unknown, contacts: unknown): InboundEvent[] {
  const message = objectOf(value);
  if (message === undefined) return [unsupported('a message that is no object', value)];
  const sender = senderOf(message['from'], message['from_user_id'], contacts);
  const type = textOf(message['type']) ?? 'without type';
  if (sender === undefined) return [unsupported(`${type} message without sender`, message)];
  if (message['group_id'] !== undefined) return [unsupported('group message', message, sender.address)];
  const written = { ...sender, eventId: eventIdOf(message, message['id']), at: timeOf(message['timestamp']) };
  const special = Object.hasOwn(SPECIAL, type) ? SPECIAL[type] : undefined;
  const events = special === undefined ? said(message, written) : single(special(message, written));
  return events.length > 0 ? events : [unsupported(`${type} message`, message, sender.address)];
}

function single(event: InboundEvent | undefined): InboundEvent[] {
  return event === undefined ? [] : [event];
}

function said(message: JsonObject, written: Written): InboundEvent[] {
  const content = contentOf(message);
  if (content === undefined) return [];
  const replyTo = textOf(objectOf(message['context'])?.['id']);
  const providerMessageId = written.eventId;
  const event: InboundEvent = {
    type: 'message',
    ...written,
    providerMessageId,
    content,
    ...(replyTo === undefined ? {} : { replyTo: [replyTo] }),
  };
  return [event, ...pressedWish(message, content.text, written)];
}

/**
 * The quick reply of a template may be the platform's own way to opt out. Any other button means what the agent says it means, and
 * typed keywords are the same on every channel.
 */
function pressedWish(message: JsonObject, text: string | undefined, written: Written): InboundEvent[] {
  const wish = text !== undefined && message['type'] === 'button' ? consentWish('whatsapp', text) : undefined;
  if (text === undefined || wish === undefined) return [];
  const eventId = `${written.eventId}:consent`;
  return [{ type: 'consent', ...written, eventId, value: wish.value, purpose: 'all', evidence: text }];
}

/** Types that are no speech. */
const SPECIAL: Record<string, (message: JsonObject, written: Written) => InboundEvent | undefined> = {
  reaction(message, written) {
    const reaction = objectOf(message['reaction']);
    const target = textOf(reaction?.['message_id']);
    // A removed reaction has an empty emoji or none.
    const emoji = textOf(reaction?.['emoji']) ?? null;
    return target === undefined ? undefined : { type: 'reaction', ...written, target, emoji };
  },
  edit(message, written) {
    const edit = objectOf(message['edit']);
    const target = textOf(edit?.['original_message_id']);
    const content = contentOf(objectOf(edit?.['message']) ?? {});
    if (target === undefined || content?.text === undefined) return undefined;
    return { type: 'edit', ...written, target, text: content.text };
  },
  revoke(message, written) {
    const target = textOf(objectOf(message['revoke'])?.['original_message_id']);
    return target === undefined ? undefined : { type: 'revoke', ...written, target };
  },
  system: readdressed,
};

/** A changed user id or phone number. The message comes from the old address; `system` names the new one. */
function readdressed(message: JsonObject, written: Written): InboundEvent | undefined {
  const system = objectOf(message['system']);
  const change = objectOf(system?.['user_id']);
  const previous = userIdAddress(change?.['previous']) ?? userIdAddress(system?.['previous_user_id']);
  const current = userIdAddress(change?.['current']) ?? userIdAddress(system?.['user_id']);
  if (previous !== undefined && current !== undefined) return moved(written, previous, current);
  const number = phoneAddress(system?.['wa_id']) ?? phoneAddress(system?.['new_wa_id']);
  return number === undefined ? undefined : moved(written, written.address, number);
}

function moved(written: Written, previous: string, address: string): InboundEvent | undefined {
  if (previous === address) return undefined;
  return { type: 'readdressed', ...written, aliases: undefined, address, previous };
}
