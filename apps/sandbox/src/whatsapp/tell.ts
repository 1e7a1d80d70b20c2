import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';
import type { Account } from './accounts.js';
import type { Person } from './people.js';
import { seconds } from './receipts.js';
import type { WhatsAppSide } from './side.js';
import { makeWamid } from './wamid.js';
import { applyProfile, buildMessage } from './writes.js';
import type { WriteQuestion } from './writes.js';

/** Message types that are no message of the person to the business and open no window. */
const OPENS_NO_WINDOW = new Set(['edit', 'revoke', 'system']);

/** Sends what the person wrote, pressed or reacted as a webhook; opens the window. */
export function writeMessage(question: WriteQuestion): JsonObject {
  const { side, person, account, fields } = question;
  applyProfile(side, person, fields);
  const part = buildMessage(question);
  const id = makeWamid(person.key, 'fromPerson');
  const message = { ...senderOf(side, person), id, timestamp: seconds(side.world.clock), ...part };
  const atMs = side.world.clock.now();
  side.people.wrote(person, { atMs, channelId: account.config.channelId, message, seen: false });
  if (!OPENS_NO_WINDOW.has(part.type)) account.windows.set(person.key, atMs);
  account.throughput?.charge(Date.now());
  tell(account, person, 'messages', { contacts: [contactOf(side, person)], messages: [message] });
  return { id: message.id, type: part.type };
}

/** `{preference: 'stop' | 'resume'}`: the person's switch for marketing messages of this business. */
export function tellPreference({ side, person, account, fields }: WriteQuestion): JsonObject {
  const value = fields.text('preference');
  if (value !== 'stop' && value !== 'resume') throw invalid('preference', 'must be stop or resume');
  if (value === 'stop') account.stoppedMarketing.add(person.key);
  else account.stoppedMarketing.delete(person.key);
  const detail =
    value === 'stop'
      ? 'User requested to stop marketing messages'
      : 'User requested to resume marketing messages';
  const { wa_id, user_id } = contactOf(side, person);
  const who = wa_id === undefined ? { user_id } : { wa_id, user_id };
  const timestamp = Math.floor(side.world.clock.now() / 1000);
  const preference = { ...who, detail, category: 'marketing_messages', value, timestamp };
  tell(account, person, 'user_preferences', {
    contacts: [contactOf(side, person)],
    user_preferences: [preference],
  });
  return { type: 'user_preferences' };
}

/** `{userIdUpdate: 'US.…'}`: the person's BSUID changes, as it does with a new phone number. */
export function tellUserIdUpdate({ side, person, account, fields }: WriteQuestion): JsonObject {
  const previous = side.people.userIdOf(person);
  side.people.setUserId(person, fields.text('userIdUpdate'));
  const who = person.hidePhone || person.waId === null ? {} : { wa_id: person.waId };
  const detail = `User changed from ${previous} to ${person.userId ?? ''}`;
  const update = {
    ...who,
    detail,
    user_id: { previous, current: person.userId },
    timestamp: seconds(side.world.clock),
  };
  tell(account, person, 'user_id_update', { contacts: [contactOf(side, person)], user_id_update: [update] });
  return { type: 'user_id_update' };
}

/** `{rawValue: {…}, field?}`: a whole `value` object, signed and delivered as it is. */
export function tellRawValue({ person, account, fields }: WriteQuestion): JsonObject {
  tell(account, person, fields.optionalText('field') ?? 'messages', fields.object('rawValue')?.body ?? {});
  return { type: 'raw' };
}

function tell(account: Account, person: Person, field: string, value: JsonObject): void {
  account.outbox.push({ kind: 'change', person: person.key, field, value });
}

/** `from` disappears when the person hides the number; `from_user_id` is always there. */
function senderOf(side: WhatsAppSide, person: Person): JsonObject {
  const userId = side.people.userIdOf(person);
  return person.hidePhone || person.waId === null
    ? { from_user_id: userId }
    : { from: person.waId, from_user_id: userId };
}

function contactOf(side: WhatsAppSide, person: Person): JsonObject {
  const profile =
    person.username === null ? { name: person.name } : { name: person.name, username: person.username };
  const userId = side.people.userIdOf(person);
  const shown = person.hidePhone || person.waId === null ? {} : { wa_id: person.waId };
  return { profile, ...shown, user_id: userId };
}
