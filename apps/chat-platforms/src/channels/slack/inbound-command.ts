import { eventIdOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { isDirect, isPerson } from './address.js';

/**
 * A slash command, which nobody else sees: it is answered in the direct message with the person, wherever it was typed; the app need
 * not even belong to that room (docs.slack.dev/interactivity/implementing-slash-commands, checked 2026-11-21).
 */
export function readCommand(form: JsonObject): InboundEvent {
  const [command, user] = [textOf(form['command']), form['user_id']];
  const trigger = textOf(form['trigger_id']);
  if (command === undefined || !isPerson(user)) return unsupported('slash command without a sender', form);
  const eventId = `command:${trigger ?? eventIdOf(form)}`;
  const [channelId, channelName] = [textOf(form['channel_id']), textOf(form['channel_name'])];
  const profileName = textOf(form['user_name'])?.slice(0, 200);
  const typed = textOf(form['text']);
  return {
    type: 'message',
    eventId,
    at: timeOf(undefined),
    address: user,
    ...(profileName === undefined ? {} : { profileName }),
    ...(isDirect(channelId) ? { route: { dm: channelId } } : {}),
    providerMessageId: eventId,
    content: {
      text: typed === undefined ? command : `${command} ${typed}`,
      data: { command: { name: command, text: typed ?? '', channelId, channelName } },
    },
  };
}
