import { templateMisfit, type TemplateRow, type TemplateUse } from '@skein/contracts';
import { refused, type ChosenTemplate, type Verdict } from './verdict.js';

/** A template as a caller names it: the language may be left out when only one is approved. */
export type TemplateWish = Omit<TemplateUse, 'language'> & { language?: string };

type Choice = ChosenTemplate | Extract<Verdict, { do: 'refuse' }>;

/** Finds the template among those of the channel and checks its approval and the number of its values. */
export function chooseTemplate(wish: TemplateWish, templates: readonly TemplateRow[]): Choice {
  const named = templates.filter((row) => row.name === wish.name);
  if (named.length === 0) return refused('template_not_found', `The channel has no template "${wish.name}".`);
  const row = !wish.language ? onlyApproved(named) : named.find((each) => each.language === wish.language);
  if (row === undefined) {
    return refused(
      'template_not_found',
      `Template "${wish.name}" does not exist in ${wish.language ?? 'any language'}.`,
    );
  }
  if (row === 'several') {
    return refused(
      'template_parameters',
      `Template "${wish.name}" is approved in several languages: name one.`,
    );
  }
  if (row.status !== 'approved') {
    return refused('template_not_approved', `Template "${wish.name}" (${row.language}) is ${row.status}.`);
  }
  const misfit = templateMisfit(wish, row);
  if (misfit !== undefined) return refused('template_parameters', misfit);
  return { row, use: { ...wish, language: row.language } };
}

function onlyApproved(named: TemplateRow[]): TemplateRow | 'several' | undefined {
  const approved = named.filter((row) => row.status === 'approved');
  if (approved.length > 1) return 'several';
  return approved[0] ?? named[0];
}
