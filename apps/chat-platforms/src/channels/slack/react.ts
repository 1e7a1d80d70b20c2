import { listOf, objectOf, textOf } from '@skein/contracts';
import type { ProviderReceipt } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { MessageRef } from './address.js';
import type { SlackConfig } from './config.js';
import { callApi, harmless } from './web-api.js';
import type { ApiIo } from './web-api.js';

/** A reaction that is there already, or gone already, is what was asked for. */
const DONE: ReadonlySet<string> = new Set(['already_reacted', 'no_reaction']);

/** Adds a reaction by name; null takes back every reaction of the app. */
export async function react(
  message: MessageRef,
  name: string | null,
  config: SlackConfig,
  io: ApiIo,
): Promise<ProviderReceipt | Failure> {
  if (name !== null) return change('reactions.add', message, name, config, io);
  const names = await ownReactions(message, config, io);
  if (!Array.isArray(names)) return names;
  for (const each of names) {
    const removed = await change('reactions.remove', message, each, config, io);
    if (removed.kind !== 'receipt') return removed;
  }
  return done('reaction taken back');
}

async function change(
  method: 'reactions.add' | 'reactions.remove',
  { channel, ts }: MessageRef,
  name: string,
  config: SlackConfig,
  io: ApiIo,
): Promise<ProviderReceipt | Failure> {
  const called = await callApi(method, { channel, timestamp: ts, name }, config, io);
  if (!('failure' in called)) return done(`reaction ${name}`);
  const failure = harmless(called.failure);
  const isDone = failure.kind === 'rejected' && DONE.has(failure.providerCode ?? '');
  return isDone ? done(failure.detail) : failure;
}

/** Removing takes the name, which only Slack remembers. */
async function ownReactions(
  { channel, ts }: MessageRef,
  config: SlackConfig,
  io: ApiIo,
): Promise<string[] | Failure> {
  const self = await callApi('auth.test', {}, config, io);
  if ('failure' in self) return harmless(self.failure);
  const userId = textOf(self.answer['user_id']);
  const found = await callApi('reactions.get', { channel, timestamp: ts, full: true }, config, io);
  if ('failure' in found) return harmless(found.failure);
  return listOf(objectOf(found.answer['message'])?.['reactions']).flatMap((reaction) => {
    const { name, users } = objectOf(reaction) ?? {};
    const isOwn = listOf(users).includes(userId);
    return isOwn && typeof name === 'string' ? [name] : [];
  });
}

/** A reaction has no id of its own. */
function done(note: string): ProviderReceipt {
  return { kind: 'receipt', providerId: null, note };
}
