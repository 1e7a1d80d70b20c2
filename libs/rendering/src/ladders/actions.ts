import type { Action, ListItem } from '@skein/contracts';
import type { Draft } from '../plan/draft.js';
import { idsFit } from './ids.js';
import type { Ladder, Rung } from './ladder.js';
import { numberedActions } from './numbered.js';
import { writeList } from './write-list.js';

type Fit = 'exact' | 'shortened';

export const ACTIONS: Ladder<'actions'> = [
  buttons('exact'),
  actionsAsList('exact'),
  actionsAsList('described'),
  buttons('shortened'),
  actionsAsList('shortened'),
  numberedActions,
];

function buttons(fit: Fit): Rung<'actions'> {
  return ({ actions }, draft) => {
    const limits = draft.capabilities.buttons;
    if (!limits || !buttonsFit(actions, draft)) return false;
    if (fit === 'exact' && actions.some(({ label }) => draft.size(label) > limits.labelMax)) return false;
    writeButtons('actions', actions, draft);
    return true;
  };
}

/** Whether there can be that many buttons with these ids. */
export function buttonsFit(actions: readonly Action[], draft: Draft): boolean {
  const limits = draft.capabilities.buttons;
  return (
    limits !== undefined &&
    actions.length <= limits.max &&
    idsFit(actions, limits.idMax, draft, limits.idUnit)
  );
}

/** Buttons under what waits; labels are shortened where they must be. */
export function writeButtons(component: string, actions: readonly Action[], draft: Draft): void {
  const limits = draft.capabilities.buttons;
  if (!limits) return;
  const text = draft.lastText(limits.textMax) || draft.wording.choose;
  const labels = draft.labels(
    component,
    actions.map(({ label }) => label),
    limits.labelMax,
    limits.uniqueLabels,
  );
  draft.push({
    type: 'buttons',
    text,
    buttons: actions.map(({ id }, index) => ({ id, label: labels[index] ?? '' })),
  });
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
