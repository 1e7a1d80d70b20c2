import type { Action, ListItem, ListRow } from '@skein/contracts';
import type { ListComponent } from '../components-of.js';
import type { Draft } from '../plan/draft.js';
import type { Ladder, Rung } from './ladder.js';

type Fit = 'exact' | 'shortened';

export const ACTIONS: Ladder<'actions'> = [
  buttons('exact'),
  actionsAsList('exact'),
  actionsAsList('described'),
  buttons('shortened'),
  actionsAsList('shortened'),
  numberedActions,
];

export const LIST: Ladder<'list'> = [platformList('exact'), platformList('shortened'), numberedItems];

function buttons(fit: Fit): Rung<'actions'> {
  return ({ actions }, draft) => {
    const limits = draft.capabilities.buttons;
    if (!limits || actions.length > limits.max || !idsFit(actions, limits.idMax, draft)) return false;
    if (fit === 'exact' && actions.some(({ label }) => draft.size(label) > limits.labelMax)) return false;
    const text = draft.lastText(limits.textMax) || draft.wording.choose;
    const labels = draft.labels(
      'actions',
      actions.map(({ label }) => label),
      limits.labelMax,
      limits.uniqueLabels,
    );
    draft.push({
      type: 'buttons',
      text,
      buttons: actions.map(({ id }, index) => ({ id, label: labels[index] ?? '' })),
    });
    return true;
  };
}

function actionsAsList(fit: Fit | 'described'): Rung<'actions'> {
  return ({ actions }, draft) => {
    const limits = draft.capabilities.list;
    if (!limits || actions.length > limits.maxRows || !idsFit(actions, limits.idMax, draft)) return false;
    const longest = Math.max(...actions.map(({ label }) => draft.size(label)));
    if (fit === 'exact' && longest > limits.titleMax) return false;
    if (fit === 'described' && longest > limits.descriptionMax) return false;
    draft.lose('actions', 'downgraded', 'buttons shown as a list');
    const items = actions.map(({ id, label }): ListItem => {
      const described = fit === 'described' && draft.size(label) > limits.titleMax;
      return { id, title: label, ...(described ? { subtitle: label } : {}) };
    });
    writeList('actions', items, undefined, draft);
    return true;
  };
}

function platformList(fit: Fit): Rung<'list'> {
  return (component, draft) => {
    const { items, layout } = component;
    const limits = draft.capabilities.list;
    if (!limits || items.length > limits.maxRows || !idsFit(items, limits.idMax, draft)) return false;
    const fits = ({ title, subtitle = '' }: ListItem): boolean =>
      draft.size(title) <= limits.titleMax && draft.size(subtitle) <= limits.descriptionMax;
    if (fit === 'exact' && !items.every(fits)) return false;
    if (layout === 'horizontal') draft.lose('list', 'downgraded', 'horizontal list shown as a vertical one');
    for (const { imageUrl } of items) if (imageUrl) draft.lose('list', 'dropped', `image ${imageUrl}`);
    writeList('list', items, (component as ListComponent).button, draft);
    return true;
  };
}

function writeList(
  component: string,
  items: readonly ListItem[],
  button: string | undefined,
  draft: Draft,
): void {
  const limits = draft.capabilities.list;
  if (!limits) return;
  const text = draft.lastText(limits.textMax) || draft.wording.choose;
  const titles = draft.labels(
    component,
    items.map(({ title }) => title),
    limits.titleMax,
    false,
  );
  const rows = items.map(({ id, subtitle }, index): ListRow => {
    const description = subtitle ? draft.label(component, subtitle, limits.descriptionMax) : '';
    return { id, title: titles[index] ?? '', ...(description === '' ? {} : { description }) };
  });
  const label = draft.label(component, button || draft.wording.openList, limits.buttonMax);
  draft.push({ type: 'list', text, button: label, rows });
}

function numberedActions({ actions }: { actions: Action[] }, draft: Draft): boolean {
  draft.lose('actions', 'downgraded', 'buttons shown as numbered text');
  const lines = draft.choices
    .add(actions)
    .map(({ number, label }) => `${number}. ${draft.dialect.literal(label)}`);
  draft.text([draft.wording.replyWith, ...lines].join('\n'));
  return true;
}

function numberedItems({ items }: { items: ListItem[] }, draft: Draft): boolean {
  draft.lose('list', 'downgraded', 'list shown as numbered text');
  const choices = draft.choices.add(items.map(({ id, title }) => ({ id, label: title })));
  const lines = choices.map(({ number, label }, index) => {
    const { subtitle, imageUrl } = items[index] ?? {};
    const more = [subtitle, imageUrl].flatMap((value) => (value ? [draft.dialect.literal(value)] : []));
    return [`${number}. ${draft.dialect.literal(label)}`, ...more].join('\n   ');
  });
  draft.text([draft.wording.replyWith, ...lines].join('\n'));
  return true;
}

/** A press must name one choice: ids are present, within the limit and different. */
function idsFit(choices: readonly { id: string }[], max: number, draft: Draft): boolean {
  const ids = choices.map(({ id }) => id);
  return (
    ids.length > 0 &&
    new Set(ids).size === ids.length &&
    ids.every((id) => id !== '' && draft.size(id) <= max)
  );
}
