import type { Capabilities, MessageContent, Part } from '@skein/contracts';
import { composeParts } from './compose-parts.js';
import type { Draft } from './draft.js';
import { LossList } from './loss-list.js';
import type { Outcome, PlanContext } from './plan.js';
import { refusal } from './refusal.js';

/**
 * Templates, reactions and edits are parts of their own; undefined when the content is none of them. A channel without templates
 * says the template's text instead.
 */
export function composeSpecial(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext,
  draftFor: (narrowed: Capabilities) => Draft,
): Outcome | undefined {
  const { template, reaction, edit } = content;
  if (template && capabilities.templates) return alone({ type: 'template', template }, content);
  if (template && !content.text && !content.messageContext) {
    return refusal('not_supported', `${capabilities.kind} has no templates`);
  }
  if (reaction) return reacted(reaction.emoji, content, capabilities, context);
  return edit && edited(edit.text, content, capabilities, context, draftFor);
}

/** An empty emoji takes the reaction back. */
function reacted(
  emoji: string,
  content: MessageContent,
  { kind, reactions }: Capabilities,
  { reactTo }: PlanContext,
): Outcome {
  if (!reactions.out) return refusal('not_supported', `${kind} has no reactions`);
  if (!reactTo) return refusal('not_found', 'the message to react to has no provider id');
  return alone({ type: 'reaction', providerMessageId: reactTo, emoji: emoji.trim() }, content);
}

/** The new text takes the place of one part, so it is one part: whatever it holds is shown as text. */
function edited(
  text: string,
  content: MessageContent,
  capabilities: Capabilities,
  { editOf }: PlanContext,
  draftFor: (narrowed: Capabilities) => Draft,
): Outcome {
  const { kind, edits } = capabilities;
  if (!edits.out) return refusal('not_supported', `${kind} has no changes of sent messages`);
  if (!editOf) return refusal('not_found', 'the message to change has no provider id');
  const made = composeParts({ text }, draftFor(textOf(capabilities)));
  if ('refusal' in made) return made;
  const [only, ...more] = made.parts;
  if (only?.type !== 'text' || more.length > 0) {
    return refusal('payload_too_large', `the new text needs ${made.parts.length} parts, a change is one`);
  }
  const { parts, losses } = alone({ type: 'edit', providerMessageId: editOf, text: only.text }, content);
  return { parts, losses: [...made.losses, ...losses], choices: made.choices };
}

/** What the platform can say in one text. */
function textOf(capabilities: Capabilities): Capabilities {
  const none = {
    buttons: undefined,
    list: undefined,
    cards: undefined,
    link: undefined,
    flow: undefined,
    components: undefined,
  };
  return { ...capabilities, ...none, media: {} };
}

/** What else the content holds does not go out with such a part, and is reported. */
function alone(part: Part, content: MessageContent): Exclude<Outcome, { refusal: unknown }> {
  const losses = new LossList();
  const others = { text: content.text, media: content.media?.length, interactive: content.interactive };
  for (const [name, value] of Object.entries(others)) {
    if (value) losses.add(name, 'dropped', `not sent with a ${part.type}`);
  }
  return { parts: [part], losses: losses.all(), choices: [] };
}
