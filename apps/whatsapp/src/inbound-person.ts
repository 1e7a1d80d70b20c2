import { eventIdOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent } from '@skein/contracts';
import { userIdAddress } from './address.js';
import { senderOf } from './inbound-base.js';

const WISHES: Readonly<Record<string, 'stop' | 'start'>> = { stop: 'stop', resume: 'start', signup: 'start' };

/** One entry of `user_preferences[]`: the switch for marketing messages, which only the person can turn. */
export function readPreference(value: unknown, contacts: unknown): InboundEvent {
  const preference = objectOf(value);
  const sender = senderOf(preference?.['wa_id'], preference?.['user_id'], contacts);
  const word = textOf(preference?.['value']) ?? '';
  const wish = Object.hasOwn(WISHES, word) ? WISHES[word] : undefined;
  const marketing = preference?.['category'] === 'marketing_messages';
  if (sender === undefined || wish === undefined || !marketing) {
    return unsupported('user preference', value, sender?.address);
  }
  return {
    type: 'consent',
    ...sender,
    eventId: eventIdOf(['user_preferences', value]),
    at: timeOf(preference?.['timestamp']),
    value: wish,
    purpose: 'marketing',
    evidence: textOf(preference?.['detail']) ?? `marketing_messages: ${word}`,
  };
}

/** One entry of `user_id_update[]`: the person has a new business-scoped user id. */
export function readUserIdUpdate(value: unknown, contacts: unknown): InboundEvent {
  const update = objectOf(value);
  const change = objectOf(update?.['user_id']) ?? update;
  const previous = userIdAddress(change?.['previous']);
  const current = userIdAddress(change?.['current']);
  const sender = senderOf(update?.['wa_id'], current, contacts);
  if (previous === undefined || current === undefined || previous === current) {
    return unsupported('user id update', value, sender?.address);
  }
  const phone = sender?.address.startsWith('+') ? [sender.address] : undefined;
  return {
    type: 'readdressed',
    eventId: eventIdOf(['user_id_update', value]),
    at: timeOf(update?.['timestamp']),
    address: current,
    previous,
    ...(phone === undefined ? {} : { aliases: phone }),
    ...(sender?.profileName === undefined ? {} : { profileName: sender.profileName }),
  };
}
