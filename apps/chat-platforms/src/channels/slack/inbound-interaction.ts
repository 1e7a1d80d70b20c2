import { eventIdOf, listOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { isDirect, isPerson, isTs, messageId } from './address.js';
import { originOf } from './inbound-base.js';

/**
 * What a person did with something that was shown: one event for each action of a `block_actions`; views and shortcuts are none of
 * ours (docs.slack.dev/reference/interaction-payloads/block_actions-payload, checked 2026-11-21).
 */
export function readInteraction(payload: JsonObject): InboundEvent[] {
  const type = textOf(payload['type']) ?? 'without type';
  const actions = type === 'block_actions' ? listOf(payload['actions']) : [];
  const events = actions.map((action) => readAction(objectOf(action) ?? {}, payload));
  return events.length > 0 ? events : [unsupported(`interaction ${type}`, aboutOf(payload, payload))];
}

interface Shown {
  channel: string;
  ts: string;
  threadTs?: unknown;
}

function readAction(action: JsonObject, payload: JsonObject): InboundEvent {
  const user = objectOf(payload['user']) ?? {};
  const chosen = choiceOf(action);
  const shown = shownIn(payload);
  if (chosen === undefined || shown === undefined) {
    return unsupported(`press of ${textOf(action['type']) ?? 'something'}`, aboutOf(action, payload));
  }
  const { channel, ts, threadTs } = shown;
  const personName = textOf(user['name']) ?? textOf(user['username']);
  const roomName = textOf(objectOf(payload['channel'])?.['name']);
  const origin = originOf(channel, user['id'], { ts, threadTs, personName, roomName });
  if (origin === undefined || !isPerson(user['id'])) {
    return unsupported('press without a sender', aboutOf(action, payload));
  }
  const author = isDirect(channel)
    ? {}
    : { author: { id: user['id'], ...(personName && { name: personName }) } };
  const { label } = chosen;
  const eventId = pressId(action, payload, shown);
  return {
    type: 'message',
    eventId,
    at: timeOf(action['action_ts']),
    ...origin,
    providerMessageId: eventId,
    content: { ...(label === undefined ? {} : { text: label }), action: chosen, ...author },
    replyTo: [messageId({ channel, ts })],
  };
}

/** The id that was offered: a button's value, or that of the option that was chosen. A link has none. */
function choiceOf(action: JsonObject): { id: string; label?: string } | undefined {
  const option = objectOf(action['selected_option']);
  const id = textOf(option?.['value']) ?? textOf(action['value']);
  if (id === undefined || action['url'] !== undefined) return undefined;
  const label = textOf(objectOf((option ?? action)['text'])?.['text']);
  return { id, ...(label === undefined ? {} : { label }) };
}

/** The message that the element is in; undefined for views. */
function shownIn(payload: JsonObject): Shown | undefined {
  const container = objectOf(payload['container']) ?? {};
  const message = objectOf(payload['message']) ?? {};
  const channel = textOf(objectOf(payload['channel'])?.['id']) ?? textOf(container['channel_id']);
  const ts = message['ts'] ?? container['message_ts'];
  if (channel === undefined || !isTs(ts)) return undefined;
  return { channel, ts, threadTs: message['thread_ts'] ?? container['thread_ts'] };
}

/** A press has no stamp of its own in the conversation; its time and place tell it from others. */
function pressId(action: JsonObject, payload: JsonObject, { channel, ts }: Shown): string {
  const who = textOf(objectOf(payload['user'])?.['id']) ?? '';
  const at = textOf(action['action_ts']) ?? textOf(payload['trigger_id']) ?? '';
  return eventIdOf(action, `press:${channel}:${ts}:${textOf(action['action_id']) ?? ''}:${who}:${at}`);
}

/** What identifies a payload that is only kept for the record. */
function aboutOf(action: JsonObject, payload: JsonObject): JsonObject {
  const { trigger_id: trigger, type } = payload;
  const { action_id: actionId, action_ts: at } = action;
  return { type, trigger, actionId, at };
}
