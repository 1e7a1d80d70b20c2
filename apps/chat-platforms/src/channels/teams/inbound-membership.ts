import { listOf, objectOf, textOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import type { About } from './inbound-base.js';

/** `add-upgrade` and `remove-upgrade` are a new version of the app, and nobody's wish. */
const BY_ACTION: Readonly<Record<string, 'start' | 'stop'>> = { add: 'start', remove: 'stop' };

/** The app was installed or removed. Removing it is a wish that the platform itself enforces, and installing it undoes that. */
export function readInstallation(activity: JsonObject, about: About): InboundEvent[] | undefined {
  const action = textOf(activity['action'])?.toLowerCase() ?? '';
  const value = Object.hasOwn(BY_ACTION, action) ? BY_ACTION[action] : undefined;
  return value && consent(about, value, `installationUpdate: ${action}`);
}

/** Only the bot's own coming and going counts; people who join or leave a room change nothing. */
export function readConversationUpdate(
  activity: JsonObject,
  about: About,
  appId: string,
): InboundEvent[] | undefined {
  const own: ReadonlySet<unknown> = new Set([`28:${appId}`, appId]);
  const holdsBot = (list: unknown): boolean =>
    listOf(list).some((member) => own.has(objectOf(member)?.['id']));
  if (holdsBot(activity['membersRemoved']))
    return consent(about, 'stop', 'conversationUpdate: membersRemoved');
  if (holdsBot(activity['membersAdded'])) return consent(about, 'start', 'conversationUpdate: membersAdded');
  return undefined;
}

function consent(about: About, value: 'start' | 'stop', evidence: string): InboundEvent[] {
  return [{ type: 'consent', ...about, value, purpose: 'all', evidence, answered: true }];
}
