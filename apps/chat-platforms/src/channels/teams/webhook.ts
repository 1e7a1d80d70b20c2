import { objectOf, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent, WebhookDefinition } from '@skein/channel-kit';
import type { InboundEvent, JsonObject, RawAnswer } from '@skein/contracts';
import type { TeamsConfig } from './config.js';
import { aboutOf, activityEventId, isBot } from './inbound-base.js';
import type { About } from './inbound-base.js';
import { readConversationUpdate, readInstallation } from './inbound-membership.js';
import { CARD_ACTION, readDelete, readInvoke, readMessage, readUpdate } from './inbound-message.js';
import { readReaction } from './inbound-reaction.js';
import { readEvent } from './inbound-receipt.js';
import { verify } from './verify.js';

/** Activities that the platform posts to the bot's messaging endpoint, one in each request. */
export const webhook: WebhookDefinition<TeamsConfig> = { verify, parse, reply };

type Reader = (activity: JsonObject, about: About, appId: string) => InboundEvent[] | undefined;

/** What is understood; typing, meetings and changes of a team are kept as unsupported. */
const READERS: Readonly<Record<string, Reader>> = {
  message: readMessage,
  messageUpdate: readUpdate,
  messageDelete: readDelete,
  messageReaction: readReaction,
  installationUpdate: readInstallation,
  conversationUpdate: readConversationUpdate,
  invoke: readInvoke,
  event: readEvent,
};

/** The token of the request was made for this account, so that whatever it holds is its own. */
function parse(
  body: unknown,
  { account, config }: { account: string; config: TeamsConfig },
): AddressedEvent[] {
  const activity = objectOf(body) ?? {};
  const type = textOf(activity['type']) ?? 'without type';
  const about = aboutOf(activity);
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  const events = about === undefined || isBot(activity) ? undefined : read?.(activity, about, config.appId);
  const shown = events ?? [
    { ...unsupported(whatOf(activity, type), activity, about?.address), eventId: idOf(body) },
  ];
  return shown.map((event) => ({ account, event }));
}

function whatOf(activity: JsonObject, type: string): string {
  const name = textOf(activity['name']) ?? textOf(objectOf(activity['channelData'])?.['eventType']);
  const by = isBot(activity) ? ' of a bot' : '';
  return name === undefined ? `${type} activity${by}` : `${type} activity ${name}${by}`;
}

function idOf(body: unknown): string {
  return activityEventId(objectOf(body) ?? { body });
}

/** An invoke fails on the person's screen unless it is answered with a body; to a card that is a message, here an empty one. */
function reply(body: unknown): RawAnswer | undefined {
  const activity = objectOf(body);
  if (activity?.['type'] !== 'invoke') return undefined;
  const said = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '' };
  const answer = activity['name'] === CARD_ACTION ? said : {};
  return { status: 200, contentType: 'application/json', body: JSON.stringify(answer) };
}
