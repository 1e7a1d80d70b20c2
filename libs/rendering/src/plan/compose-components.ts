import type { Component, MessageContent, Part } from '@skein/contracts';
import { componentsOf } from '../components-of.js';
import { plain } from '../dialects/plain.js';
import { show } from '../ladders/index.js';
import type { ComponentOf } from '../ladders/ladder.js';
import { readMarkup } from '../markup/read-markup.js';
import type { Run } from '../markup/run.js';
import { previewOfComponent } from '../preview.js';
import { shorten } from '../text/shorten.js';
import { loseEnvelope } from './compose-parts.js';
import { Draft } from './draft.js';
import type { Outcome } from './plan.js';
import { nothing } from './refusal.js';

/** A component as the surface gets it, and what it says in words. */
interface Shown {
  component: Component;
  words: string;
}

/** A message for a surface that shows components itself: one part, or several when the words of it are too long for one. */
export function composeComponents(content: MessageContent, draft: Draft): Outcome {
  const { components, losses } = componentsOf(content);
  draft.losses.addAll(losses);
  loseEnvelope(content, draft.losses);
  const shown = components.flatMap((component) => shownAs(component, draft));
  if (shown.length === 0) return nothing();
  return { parts: partsOf(shown, draft), losses: draft.losses.all(), choices: draft.choices.all };
}

function shownAs(component: Component, draft: Draft): Shown[] {
  if (component.type === 'text') return texts(readMarkup(component.text), draft);
  if (component.type === 'media') return media(component, draft);
  const words = previewOfComponent(component);
  const { max, unit } = draft.capabilities.text;
  if (draft.size(words) <= max) return [{ component, words }];
  draft.lose(component.type, 'downgraded', 'its words are shortened where it cannot be shown');
  return [{ component, words: shorten(words, max, unit) }];
}

/** Text in the dialect, in pieces that are each within the limit. */
function texts(runs: readonly Run[], draft: Draft): Shown[] {
  return draft.pieces(runs, draft.capabilities.text.max).map((piece) => ({
    component: { type: 'text', text: draft.dialect.write(piece) },
    words: plain.write(piece),
  }));
}

function media(component: ComponentOf<'media'>, draft: Draft): Shown[] {
  const { caption, ...bare } = component;
  if (!draft.capabilities.media[component.media]) return asText(component, draft);
  const runs = readMarkup(caption ?? '');
  const text = draft.dialect.write(runs);
  if (caption !== undefined && draft.counted(text) > (draft.capabilities.caption?.max ?? 0)) {
    draft.lose('media', 'downgraded', 'caption shown as a text of its own');
    return [{ component: bare, words: previewOfComponent(bare) }, ...texts(runs, draft)];
  }
  return [
    { component: text === '' ? bare : { ...bare, caption: text }, words: previewOfComponent(component) },
  ];
}

/** A file of a kind that the channel does not carry. */
function asText(
  component: ComponentOf<'media'>,
  { capabilities, dialect, wording, fileUrl, losses }: Draft,
): Shown[] {
  const draft = new Draft(capabilities, dialect, wording, fileUrl);
  show(component, draft);
  draft.flush();
  losses.addAll(draft.losses.all());
  return draft.parts.flatMap((part): Shown[] =>
    part.type === 'text' ? [{ component: { type: 'text', text: part.text }, words: part.text }] : [],
  );
}

function partsOf(shown: readonly Shown[], draft: Draft): Part[] {
  const groups: Shown[][] = [];
  let used = 0;
  for (const one of shown) {
    const length = draft.size(one.words) + 1;
    const last = groups.at(-1);
    if (last === undefined || used + length > draft.capabilities.text.max + 1) {
      groups.push([one]);
      used = length;
    } else {
      last.push(one);
      used += length;
    }
  }
  return groups.map((group) => ({
    type: 'components',
    components: group.map(({ component }) => component),
    text: group.map(({ words }) => words).join('\n'),
  }));
}
