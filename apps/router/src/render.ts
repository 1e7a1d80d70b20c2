import { randomBytes } from 'node:crypto';
import {
  DEFAULT_CAMPAIGN,
  type Capabilities,
  type ErrorCode,
  type Loss,
  type MessageContent,
  type Part,
} from '@skein/contracts';
import type { LaneChoice, LastMail, RoutableMessage } from '@skein/persistence';
import { planParts, type PlanContext } from '@skein/rendering';
import type { ChosenTemplate } from './policy/verdict.js';

/** A message rendered for its channel. */
export interface Rendered {
  parts: Part[];
  losses: Loss[];
  /** What the thread shows. */
  text: string | null;
  /** What the person may answer by number. */
  choices: LaneChoice[];
  unsubscribeToken?: string;
}

export interface RenderFacts {
  message: RoutableMessage;
  capabilities: Capabilities;
  template: ChosenTemplate | undefined;
  lastMail: LastMail | undefined;
  /** The platform's id of the message that a reaction or a change is for. */
  target: string | undefined;
  publicUrl: string;
  fileUrl(workspaceId: string, mediaId: string): string;
}

/** Renders one message; a refusal when it can never fit the channel. */
export function render(facts: RenderFacts): Rendered | { code: ErrorCode; detail: string } {
  const { message, template } = facts;
  const { content } = message.command;
  if (template !== undefined) return renderTemplate(content, template);
  const bulk = message.campaign_id !== null && message.campaign_id !== DEFAULT_CAMPAIGN;
  const token =
    bulk && facts.capabilities.kind === 'email' ? randomBytes(24).toString('base64url') : undefined;
  const plan = planParts(content, facts.capabilities, {
    ...threading(facts.lastMail),
    fileUrl: (mediaId) => facts.fileUrl(message.workspace_id, mediaId),
    ...(facts.target === undefined ? {} : { reactTo: facts.target, editOf: facts.target }),
    ...(token === undefined ? {} : { unsubscribeUrl: `${facts.publicUrl}/unsubscribe/${token}` }),
  });
  if ('refusal' in plan) return plan.refusal;
  return {
    parts: plan.parts,
    losses: plan.losses,
    text: plan.text,
    choices: plan.choices,
    ...(token === undefined ? {} : { unsubscribeToken: token }),
  };
}

/** The thread shows the caller's context, else the template's body with its values filled in. */
function renderTemplate(content: MessageContent, { row, use }: ChosenTemplate): Rendered {
  const filled = row.body.replace(
    /\{\{(\d+)\}\}/g,
    (hole, number: string) => use.params?.[Number(number) - 1] ?? hole,
  );
  return {
    parts: [{ type: 'template', template: use }],
    losses: [],
    choices: [],
    text: content.messageContext ?? filled,
  };
}

/** An answer joins the mail thread of the person's last mail (RFC 5322 §3.6.4). */
function threading(last: LastMail | undefined): Pick<PlanContext, 'inReplyTo' | 'references' | 'email'> {
  if (last === undefined) return {};
  const subject =
    last.subject === null ? undefined : /^re:/i.test(last.subject) ? last.subject : `Re: ${last.subject}`;
  return {
    inReplyTo: last.message_id,
    references: [...(last.refs ?? []), last.message_id],
    ...(subject === undefined ? {} : { email: { subject } }),
  };
}
