import { linkText } from '../dialects/inline.js';
import type { ComponentOf, Ladder } from './ladder.js';
import type { Draft } from '../plan/draft.js';

export const LINKS: Ladder<'links'> = [
  ({ links: [only, ...more] }, draft) =>
    only !== undefined && more.length === 0 && linkButton(only.label, only.url, 'links', draft),
  linkLines,
];

export const PAYMENT: Ladder<'payment'> = [
  ({ label, url }, draft) => {
    draft.lose('payment', 'downgraded', 'payment shown as a link');
    return linkButton(label, url, 'payment', draft);
  },
  ({ label, url }, draft) => {
    draft.text(linkText(draft.dialect.literal(label), url));
    return true;
  },
];

export const NAVIGATE: Ladder<'navigate'> = [
  ({ label, path }, draft) => {
    draft.lose('navigate', 'downgraded', `path ${path} cannot be opened here`);
    draft.text(draft.dialect.literal(label));
    return true;
  },
];

/** A button opens web addresses only; its text is what waits, else the label. */
function linkButton(label: string, url: string, component: string, draft: Draft): boolean {
  const limits = draft.capabilities.link;
  if (!limits || !/^https?:\/\//i.test(url)) return false;
  const text = draft.lastText(limits.textMax);
  const fitted = draft.label(component, label, limits.labelMax);
  const own = text === '' ? draft.label(component, draft.dialect.literal(label), limits.textMax) : text;
  draft.push({ type: 'link', text: own, label: fitted, url });
  return true;
}

function linkLines({ links }: ComponentOf<'links'>, draft: Draft): boolean {
  draft.lose('links', 'downgraded', 'links shown as text');
  draft.text(links.map(({ label, url }) => linkText(draft.dialect.literal(label), url)).join('\n'));
  return true;
}
