import { objectOf, textOf } from '@skein/contracts';
import type { InboundContent, InboundEvent, JsonObject } from '@skein/contracts';
import { messageIdOf } from './address.js';
import { authorOf } from './inbound-base.js';
import type { About } from './inbound-base.js';
import { contentOf, pressOf } from './inbound-content.js';
import { writtenText } from './inbound-text.js';

/** Something written, a file, or a button of a card. */
export function readMessage(activity: JsonObject, about: About, appId: string): InboundEvent[] | undefined {
  const content = contentOf(activity, appId);
  return content && message(activity, about, content);
}

/** A button that asks for an answer at once (Action.Execute); other invokes do nothing here. */
export function readInvoke(activity: JsonObject, about: About): InboundEvent[] | undefined {
  if (activity['name'] !== CARD_ACTION) return undefined;
  const action = objectOf(objectOf(activity['value'])?.['action']);
  const press = pressOf(action?.['data']);
  if (press?.action === undefined) return undefined;
  const label = press.action.label ?? textOf(action?.['title']);
  const content = label === undefined ? press : { text: label, action: { id: press.action.id, label } };
  return message(activity, about, content);
}

/** The name of the invoke that a button of a card makes. */
export const CARD_ACTION = 'adaptiveCard/action';

/** What was written before has become this, or has been taken back and brought again. */
export function readUpdate(activity: JsonObject, about: About, appId: string): InboundEvent[] | undefined {
  const target = messageIdOf(about.address, activity['id']);
  const text = writtenText(activity, appId);
  if (target === undefined || text === undefined) return undefined;
  return [{ type: 'edit', ...about, target, text }];
}

export function readDelete(activity: JsonObject, about: About): InboundEvent[] | undefined {
  const target = messageIdOf(about.address, activity['id']);
  return target === undefined ? undefined : [{ type: 'revoke', ...about, target }];
}

function message(activity: JsonObject, about: About, content: InboundContent): InboundEvent[] | undefined {
  const id = idOf(activity, about);
  const answered = messageIdOf(about.address, activity['replyToId']);
  if (id === undefined) return undefined;
  return [
    {
      type: 'message',
      ...about,
      providerMessageId: id,
      content: { ...content, ...authorOf(activity) },
      ...(answered === undefined ? {} : { replyTo: [answered] }),
    },
  ];
}

/** Invokes have ids with a colon, which no message has. */
function idOf(activity: JsonObject, { address }: About): string | undefined {
  return messageIdOf(address, textOf(activity['id'])?.replaceAll(':', '_'));
}
