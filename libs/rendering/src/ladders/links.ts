import { link, literal } from '../markup/urls.js';
import { joined } from '../markup/run.js';
import type { Draft } from '../plan/draft.js';
import type { ComponentOf, Ladder } from './ladder.js';

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
    draft.text([link(label, url)]);
    return true;
  },
];

export const NAVIGATE: Ladder<'navigate'> = [
  ({ label, path }, draft) => {
    draft.lose('navigate', 'downgraded', `path ${path} cannot be opened here`);
    draft.text(literal(label));
    return true;
  },
];

/** A button opens web addresses only; its text is what waits, else the label. */
function linkButton(label: string, url: string, component: string, draft: Draft): boolean {
  const limits = draft.capabilities.link;
  if (!limits || !/^https?:\/\//i.test(url)) return false;
  const fitted = draft.label(component, label, limits.labelMax);
  const text = draft.lastText(limits.textMax) || draft.dialect.write(literal(fitted));
  draft.push({ type: 'link', text, label: fitted, url });
  return true;
}

function linkLines({ links }: ComponentOf<'links'>, draft: Draft): boolean {
  if (!draft.dialect.links) draft.lose('links', 'downgraded', 'links shown as text');
  draft.text(
    joined(
      links.map(({ label, url }) => [link(label, url)]),
      '\n',
    ),
  );
  return true;
}
