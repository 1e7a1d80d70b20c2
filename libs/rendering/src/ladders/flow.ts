import { shorten } from '../text/shorten.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

const KNOWN = ['flow_id', 'flow_cta', 'body', 'header', 'footer', 'screen'];

export const FLOW: Ladder<'flow'> = [flowPart, flowText];

function flowPart({ fields }: ComponentOf<'flow'>, draft: Draft): boolean {
  const limits = draft.capabilities.flow;
  const { flow_id: flowId, flow_cta: label, body, header, footer, screen } = fields;
  if (!limits || !flowId) return false;
  loseUnknown(fields, draft);
  if (body) draft.text(draft.dialect.markup(body));
  const cta = draft.label('flow', label || draft.wording.openFlow, limits.ctaMax);
  const text = draft.lastText(limits.textMax) || cta;
  draft.push({
    type: 'flow',
    text,
    flowId,
    cta,
    ...(header ? { header } : {}),
    ...(footer ? { footer } : {}),
    ...(screen ? { screen } : {}),
  });
  return true;
}

function flowText({ fields }: ComponentOf<'flow'>, draft: Draft): boolean {
  loseUnknown(fields, draft);
  const { flow_id: flowId = '', flow_cta: label = '', body = '', header = '', footer = '', screen } = fields;
  const named = [flowId, label, screen].filter((value) => value).join(', ');
  draft.lose('flow', 'downgraded', `flow ${shorten(named, 200, 'utf16')} shown as text`);
  draft.text(
    [header, body, footer]
      .filter((text) => text !== '')
      .map((text) => draft.dialect.markup(text))
      .join('\n\n'),
  );
  return true;
}

/** Reported for every channel, since no channel knows them. */
export function loseUnknown(fields: Record<string, string>, draft: Pick<Draft, 'lose'>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (!KNOWN.includes(key)) draft.lose('flow', 'dropped', shorten(`${key}=${value}`, 200, 'utf16'));
  }
}
