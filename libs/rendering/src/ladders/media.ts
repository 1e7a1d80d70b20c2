import { literal, link } from '../markup/urls.js';
import { readMarkup } from '../markup/read-markup.js';
import { joined } from '../markup/run.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

export const MEDIA: Ladder<'media'> = [mediaPart, mediaLink];

/** The caption goes with the file where the platform has captions, else it is a text of its own after the file. */
function mediaPart(component: ComponentOf<'media'>, draft: Draft): boolean {
  const limits = draft.capabilities.media[component.media];
  if (!limits) return false;
  const { caption, ...bare } = component;
  if (!caption) {
    draft.push(bare);
    return true;
  }
  const runs = readMarkup(caption);
  const text = draft.dialect.write(runs).trim();
  const fits = limits.caption && text !== '' && draft.counted(text) <= (draft.capabilities.caption?.max ?? 0);
  draft.push(fits ? { ...bare, caption: text } : bare);
  if (!fits) {
    draft.lose('media', 'downgraded', 'caption shown as a text of its own');
    draft.text(runs);
  }
  return true;
}

/** A stored file that has no public address is only named. */
function mediaLink({ media, source, caption, filename }: ComponentOf<'media'>, draft: Draft): boolean {
  const url = 'url' in source ? source.url : draft.fileUrl?.(source.mediaId);
  const words = caption ? [readMarkup(caption)] : [];
  if (url === undefined) {
    draft.lose('media', 'dropped', `${media} ${'mediaId' in source ? source.mediaId : ''}`);
    draft.text(joined([...words, literal(filename ?? `[${media}]`)], '\n'));
    return true;
  }
  draft.lose('media', 'downgraded', `${media} shown as a link`);
  draft.text(joined([...words, [link(filename ?? url, url)]], '\n'));
  return true;
}
