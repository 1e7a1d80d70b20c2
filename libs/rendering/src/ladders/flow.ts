import { readMarkup } from '../markup/read-markup.js';
import { joined } from '../markup/run.js';
import { shorten } from '../text/shorten.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

const KNOWN = ['flow_id', 'flow_cta', 'body', 'header', 'footer', 'screen'];

export const FLOW: Ladder<'flow'> = [flowPart, flowText];

function flowPart({ fields }: ComponentOf<'flow'>, draft: Draft): boolean {
  const limits = draft.capabilities.flow;
  const { flow_id: flowId, flow_cta: label, body = '', header = '', footer = '', screen } = fields;
  if (!limits || !flowId) return false;
  loseUnknown(fields, draft);
  const { headerMax, footerMax } = limits;
  draft.text(lines([headerMax === undefined ? header : '', body, footerMax === undefined ? footer : '']));
  const cta = draft.label('flow', label || draft.wording.openFlow, limits.ctaMax);
  const text = draft.lastText(limits.textMax) || cta;
  const head = headerMax !== undefined && header ? draft.label('flow', header, headerMax) : '';
  const foot = footerMax !== undefined && footer ? draft.label('flow', footer, footerMax) : '';
  draft.push({
    type: 'flow',
    text,
    flowId,
    cta,
    ...(head ? { header: head } : {}),
    ...(foot ? { footer: foot } : {}),
    ...(screen ? { screen } : {}),
  });
  return true;
}

function flowText({ fields }: ComponentOf<'flow'>, draft: Draft): boolean {
  loseUnknown(fields, draft);
  const { flow_id: flowId = '', flow_cta: label = '', body = '', header = '', footer = '', screen } = fields;
  const named = [flowId, label, screen].filter((value) => value).join(', ');
  draft.lose('flow', 'downgraded', `flow ${shorten(named, 200, 'utf16')} shown as text`);
  draft.text(lines([header, body, footer]));
  return true;
}

function lines(texts: readonly string[]): ReturnType<typeof readMarkup> {
  return joined(texts.map(readMarkup), '\n\n');
}

/** Reported for every channel, since no channel knows them. */
export function loseUnknown(fields: Record<string, string>, draft: Pick<Draft, 'lose'>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (!KNOWN.includes(key)) draft.lose('flow', 'dropped', shorten(`${key}=${value}`, 200, 'utf16'));
  }
}
