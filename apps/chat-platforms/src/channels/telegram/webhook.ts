import { eventIdOf, objectOf, sameSecret, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent, WebhookDefinition } from '@skein/channel-kit';
import type { InboundEvent, JsonObject, RawAnswer, RawRequest } from '@skein/contracts';
import { idOf } from './address.js';
import type { TelegramConfig } from './config.js';
import type { Update } from './inbound-base.js';
import { readMembership } from './inbound-membership.js';
import { readEdit, readMessage } from './inbound-message.js';
import { readPress } from './inbound-press.js';
import { readReaction } from './inbound-reaction.js';

/**
 * Updates of a bot whose webhook was set with `secret_token` and `allowed_updates` `message`, `edited_message`, `callback_query`,
 * `message_reaction` and `my_chat_member`: reactions are not told unless they are listed (Bot API, setWebhook, checked 2026-11-21).
 */
export const webhook: WebhookDefinition<TelegramConfig> = { verify, parse, reply };

/** The platform signs nothing: it repeats the secret that only it and we know. */
function verify({ headers }: RawRequest, { secretToken }: TelegramConfig): boolean {
  return sameSecret(headers['x-telegram-bot-api-secret-token'], secretToken);
}

type Reader = (update: Update) => InboundEvent[] | undefined;

/** What is understood. Posts of broadcast channels, business and inline updates, polls and payments are kept as unsupported. */
const READERS: Readonly<Record<string, Reader>> = {
  message: readMessage,
  edited_message: readEdit,
  callback_query: readPress,
  message_reaction: readReaction,
  my_chat_member: readMembership,
};

/** One update. Besides its id it holds exactly one member, whose name says what happened. */
function parse(body: unknown, { account }: { account: string }): AddressedEvent[] {
  const update = objectOf(body) ?? {};
  const name = Object.keys(update).find((key) => key !== 'update_id') ?? 'nothing';
  const eventId = eventIdOf(body, idOf(update['update_id']));
  const content = objectOf(update[name]);
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  const events = content === undefined ? undefined : read?.({ eventId, botId: account, content });
  const shown = events ?? [{ ...unsupported(`${name} update`, body), eventId }];
  return shown.map((event) => ({ account, event }));
}

/** A press shows as waiting on the person's phone until it is answered; the answer may be the reply to its webhook. */
function reply(body: unknown): RawAnswer | undefined {
  const press: JsonObject | undefined = objectOf(objectOf(body)?.['callback_query']);
  const id = textOf(press?.['id']);
  if (id === undefined) return undefined;
  const answer = { method: 'answerCallbackQuery', callback_query_id: id };
  return { status: 200, contentType: 'application/json', body: JSON.stringify(answer) };
}
