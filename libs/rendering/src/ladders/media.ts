import { linkText } from '../dialects/inline.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

export const MEDIA: Ladder<'media'> = [mediaPart, mediaLink];

function mediaPart(component: ComponentOf<'media'>, draft: Draft): boolean {
  const limits = draft.capabilities.media[component.media];
  if (!limits) return false;
  const { caption, ...bare } = component;
  if (!caption) {
    draft.push(bare);
    return true;
  }
  const text = draft.dialect.markup(caption);
  const fits = limits.caption && draft.size(text) <= (draft.capabilities.caption?.max ?? 0);
  draft.push(fits ? { ...bare, caption: text } : bare);
  if (!fits) {
    draft.lose('media', 'downgraded', 'caption shown as a text of its own');
    draft.text(text);
  }
  return true;
}

/** A stored file has no public address; its name is all that text can show. */
function mediaLink({ media, source, caption, filename }: ComponentOf<'media'>, draft: Draft): boolean {
  const name = filename ? draft.dialect.literal(filename) : '';
  const label = [caption ? draft.dialect.markup(caption) : '', name].filter((text) => text !== '').join(' ');
  if ('url' in source) {
    draft.lose('media', 'downgraded', `${media} shown as a link`);
    draft.text(linkText(label, source.url));
  } else {
    draft.lose('media', 'dropped', `${media} ${source.mediaId}`);
    draft.text(label);
  }
  return true;
}
