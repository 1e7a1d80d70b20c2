import type { ChannelSettings, TemplateRow } from '@skein/contracts';
import { isUsNumber } from './us-number.js';
import { refused, type ChosenTemplate, type Verdict } from './verdict.js';

type Choice = ChosenTemplate | Extract<Verdict, { do: 'refuse' }>;

/**
 * The approved template that asks a person to write first. A utility template is preferred: marketing templates are not delivered to
 * US numbers (WhatsApp Business policy, checked 2026-11), so with nothing else configured a US number is refused.
 */
export function chooseOptIn(
  address: string,
  settings: ChannelSettings,
  templates: readonly TemplateRow[],
): Choice {
  const utility = usable(settings.optInTemplates?.utility, templates);
  if (utility !== undefined) return utility;
  const marketing = usable(settings.optInTemplates?.marketing, templates);
  if (marketing === undefined) {
    return refused(
      'window_closed',
      'The window is closed and the channel has no approved opt-in template to hold for.',
    );
  }
  // The category that the platform approved counts, not the one the settings file it under.
  if (marketing.row.category === 'marketing' && isUsNumber(address)) {
    return refused(
      'us_marketing_template',
      'The only opt-in template is of category marketing, which US numbers do not get.',
    );
  }
  return marketing;
}

function usable(name: string | undefined, templates: readonly TemplateRow[]): ChosenTemplate | undefined {
  const row = templates.find(
    (each) => each.name === name && each.status === 'approved' && each.shape.bodyParams === 0,
  );
  return row === undefined ? undefined : { row, use: { name: row.name, language: row.language } };
}
