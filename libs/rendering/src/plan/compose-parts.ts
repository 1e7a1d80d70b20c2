import type { MessageContent } from '@skein/contracts';
import { componentsOf } from '../components-of.js';
import { show } from '../ladders/index.js';
import { cleanLine } from '../text/clean.js';
import { shorten } from '../text/shorten.js';
import type { Draft } from './draft.js';
import type { LossList } from './loss-list.js';
import type { Outcome } from './plan.js';
import { nothing } from './refusal.js';

/** A message as provider calls: each component in the best way that fits. */
export function composeParts(content: MessageContent, draft: Draft): Outcome {
  loseEnvelope(content, draft.losses);
  for (const one of saidApart(content)) {
    const { components, losses } = componentsOf(one);
    draft.losses.addAll(losses);
    for (const component of components) show(component, draft);
    draft.flush();
  }
  if (draft.parts.length === 0) return nothing();
  return { parts: draft.parts, losses: draft.losses.all(), choices: draft.choices.all };
}

/** The content itself, then each of its parts. */
function saidApart({ parts = [], ...content }: MessageContent): MessageContent[] {
  return [content, ...parts];
}

/** What only a mail has. */
export function loseEnvelope({ email }: MessageContent, losses: LossList): void {
  const { subject, cc, bcc } = email ?? {};
  if (subject) losses.add('subject', 'dropped', shorten(cleanLine(subject), 200, 'utf16'));
  if (cc?.length || bcc?.length) losses.add('copies', 'dropped', 'no copies on this channel');
}
