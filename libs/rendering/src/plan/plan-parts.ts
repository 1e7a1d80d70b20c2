import { MAX_PARTS } from '@skein/contracts';
import type { Capabilities, MessageContent, Part } from '@skein/contracts';
import { DIALECTS } from '../dialects/dialect.js';
import type { Dialect } from '../dialects/dialect.js';
import { misfit } from '../fits.js';
import { composeMail } from '../mail/compose-mail.js';
import { previewOf } from '../preview.js';
import { cleanLine } from '../text/clean.js';
import { composeComponents } from './compose-components.js';
import { composeParts } from './compose-parts.js';
import { composeSpecial } from './compose-special.js';
import { Draft } from './draft.js';
import { LossList } from './loss-list.js';
import { WORDING } from './plan.js';
import type { Outcome, Plan, PlanContext, PlanRefusal, Wording } from './plan.js';
import { nothing, refusal } from './refusal.js';

/**
 * Renders a content for a channel: provider calls that fit its capability table, what was lost on the way, and the ids behind
 * numbered choices. The same input gives the same bytes. Refuses `not_supported` (the channel has no such thing), `not_found`
 * (the message to react to or to change is unknown to the platform), `payload_too_large` (more than 10 parts, or a body over the
 * limit) and `invalid_request` (nothing to send).
 */
export function planParts(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext = {},
): Plan | PlanRefusal {
  const dialect = (DIALECTS as Partial<typeof DIALECTS>)[capabilities.dialect];
  if (!dialect) return refusal('not_supported', `no way to write text for ${capabilities.kind}`);
  const wording = { ...WORDING, ...context.wording };
  const draftFor = (table: Capabilities): Draft => new Draft(table, dialect, wording, context.fileUrl);
  const outcome =
    composeSpecial(content, capabilities, context, draftFor) ??
    composed(content, capabilities, dialect, context, draftFor(capabilities));
  if ('refusal' in outcome) return outcome;
  return limited(outcome.parts, capabilities) ?? { ...outcome, text: previewOf(content) };
}

function composed(
  given: MessageContent,
  capabilities: Capabilities,
  dialect: Dialect,
  context: PlanContext,
  draft: Draft,
): Outcome {
  const losses = new LossList();
  const content = given.template ? { ...given, text: given.text ?? given.messageContext } : given;
  if (given.template) {
    losses.add('template', 'downgraded', `template ${cleanLine(given.template.name)} shown as text`);
  }
  const made =
    dialect.envelope === 'mail'
      ? mailed(content, capabilities, context, draft.wording)
      : (capabilities.components ? composeComponents : composeParts)(content, draft);
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
