import { MAX_PARTS } from '@skein/contracts';
import type { Capabilities, ErrorCode, MessageContent, Part } from '@skein/contracts';
import { componentsOf } from '../components-of.js';
import { DIALECTS } from '../dialects/dialect.js';
import type { Dialect } from '../dialects/dialect.js';
import { misfit } from '../fits.js';
import { show } from '../ladders/index.js';
import { composeMail } from '../mail/compose-mail.js';
import { previewOf } from '../preview.js';
import { Draft } from './draft.js';
import { LossList } from './loss-list.js';
import { WORDING } from './plan.js';
import type { Plan, PlanContext, PlanRefusal, Wording } from './plan.js';

type Outcome = Omit<Plan, 'text'> | PlanRefusal;

/**
 * Renders a content for a channel: provider calls that fit its capability table, what was lost on the way, and the ids behind
 * numbered choices. The same input gives the same bytes. Refuses `not_supported` (the channel has no such thing),
 * `payload_too_large` (more than 10 parts, or a body over the limit) and `invalid_request` (nothing to send).
 */
export function planParts(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext = {},
): Plan | PlanRefusal {
  const dialect = DIALECTS[capabilities.dialect];
  if (!dialect) return refusal('not_supported', `no way to write text for ${capabilities.kind}`);
  const outcome =
    special(content, capabilities, context) ?? rendered(content, capabilities, dialect, context);
  if ('refusal' in outcome) return outcome;
  return limited(outcome.parts, capabilities) ?? { ...outcome, text: previewOf(content) };
}

/** Templates and reactions are parts of their own; a channel without templates says the template's text instead. */
function special(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext,
): Outcome | undefined {
  if (content.template && capabilities.templates) {
    return alone({ type: 'template', template: content.template }, content);
  }
  if (content.template && !content.text && !content.messageContext) {
    return refusal('not_supported', `${capabilities.kind} has no templates`);
  }
  if (!content.reaction) return undefined;
  if (!capabilities.reactions.out) return refusal('not_supported', `${capabilities.kind} has no reactions`);
  if (!context.reactTo) return refusal('not_found', 'the message to react to has no provider id');
  return alone(
    { type: 'reaction', providerMessageId: context.reactTo, emoji: content.reaction.emoji },
    content,
  );
}

/** What else the content holds does not go out with a template or a reaction, and is reported. */
function alone(part: Part, content: MessageContent): Outcome {
  const losses = new LossList();
  const others = { text: content.text, media: content.media?.length, interactive: content.interactive };
  for (const [name, value] of Object.entries(others)) {
    if (value) losses.add(name, 'dropped', `not sent with a ${part.type}`);
  }
  return { parts: [part], losses: losses.all(), choices: [] };
}

function rendered(
  given: MessageContent,
  capabilities: Capabilities,
  dialect: Dialect,
  context: PlanContext,
): Outcome {
  const losses = new LossList();
  const content = given.template ? { ...given, text: given.text ?? given.messageContext } : given;
  if (given.template) losses.add('template', 'downgraded', `template ${given.template.name} shown as text`);
  const wording = { ...WORDING, ...context.wording };
  const made =
    dialect.envelope === 'mail'
      ? mailed(content, capabilities, context, wording)
      : drafted(content, new Draft(capabilities, dialect, wording));
  if ('refusal' in made) return made;
  losses.addAll(made.losses);
  return { ...made, losses: losses.all() };
}

function mailed(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext,
  wording: Wording,
): Outcome {
  const { part, losses, choices } = composeMail(content, capabilities, context, wording);
  const empty = part.text === '' && part.attachments.length === 0 && content.email?.html === undefined;
  return empty ? nothing() : { parts: [part], losses, choices };
}

function drafted(content: MessageContent, draft: Draft): Outcome {
  const { components, losses } = componentsOf(content);
  draft.losses.addAll(losses);
  const { subject, cc, bcc } = content.email ?? {};
  if (subject) draft.lose('subject', 'dropped', subject.slice(0, 200));
  if (cc?.length || bcc?.length) draft.lose('copies', 'dropped', 'no copies on this channel');
  for (const component of components) show(component, draft);
  draft.flush();
  if (draft.parts.length === 0) return nothing();
  return { parts: draft.parts, losses: draft.losses.all(), choices: draft.choices.all };
}

function limited(parts: readonly Part[], capabilities: Capabilities): PlanRefusal | undefined {
  if (parts.length > MAX_PARTS) {
    return refusal(
      'payload_too_large',
      `the message needs ${parts.length} parts, at most ${MAX_PARTS} are sent`,
    );
  }
  const reason = parts.map((part) => misfit(part, capabilities)).find((found) => found !== undefined);
  return reason === undefined ? undefined : refusal('payload_too_large', reason);
}

function nothing(): PlanRefusal {
  return refusal('invalid_request', 'the message has nothing to show');
}

function refusal(code: ErrorCode, detail: string): PlanRefusal {
  return { refusal: { code, detail } };
}
