import { listOf, objectOf, textOf } from '@skein/contracts';
import type { JsonObject } from '@skein/contracts';

/**
 * What somebody wrote, without the mention by which a bot is called in a room; other people's mentions are names. The text of a mention
 * stands in the activity's entities exactly as in its text (Teams, channel and group conversations, checked 2026-11-21).
 */
export function writtenText(activity: JsonObject, appId: string): string | undefined {
  const own: ReadonlySet<unknown> = new Set([`28:${appId}`, textOf(objectOf(activity['recipient'])?.['id'])]);
  let text = textOf(activity['text']) ?? '';
  for (const entity of listOf(activity['entities']).slice(0, 100).map(objectOf)) {
    const [written, mentioned] = [textOf(entity?.['text']), objectOf(entity?.['mentioned'])];
    if (entity?.['type'] !== 'mention' || written === undefined) continue;
    const name = textOf(mentioned?.['name']) ?? written.replace(/<\/?at[^>]*>/g, '');
    text = text.replaceAll(written, () => (own.has(mentioned?.['id']) ? '' : `@${name}`));
  }
  return text.replace(/&nbsp;|\u00a0/g, ' ').trim() || undefined;
}
