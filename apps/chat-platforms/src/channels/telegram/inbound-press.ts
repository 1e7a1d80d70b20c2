import { listOf, objectOf, textOf, timeOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { messageIdOf } from './address.js';
import { authorOf, placeOf } from './inbound-base.js';
import type { Update } from './inbound-base.js';

/** A pressed button. Its data is the action's id; its words are read off the message that it hangs under. A press carries no time. */
export function readPress({ eventId, content: press }: Update): InboundEvent[] | undefined {
  const message = objectOf(press['message']);
  const [id, data] = [textOf(press['id']), textOf(press['data'])];
  const place = message && placeOf(message);
  const target = messageIdOf(objectOf(message?.['chat'])?.['id'], message?.['message_id']);
  if (message === undefined || place === undefined || id === undefined || data === undefined)
    return undefined;
  const label = labelOf(message, data);
  const content = {
    ...(label === undefined ? {} : { text: label }),
    action: { id: data, ...(label === undefined ? {} : { label }) },
    ...authorOf(message['chat'], press['from']),
  };
  const about = {
    type: 'message',
    eventId,
    at: timeOf(undefined),
    ...place,
    providerMessageId: `press:${id}`,
  } as const;
  return [{ ...about, content, ...(target === undefined ? {} : { replyTo: [target] }) }];
}

/** A message too old to be shown comes without its buttons. */
function labelOf(message: JsonObject, data: string): string | undefined {
  const rows = listOf(objectOf(message['reply_markup'])?.['inline_keyboard']);
  const keys = rows.flatMap(listOf).map(objectOf);
  return textOf(keys.find((key) => key?.['callback_data'] === data)?.['text']);
}
