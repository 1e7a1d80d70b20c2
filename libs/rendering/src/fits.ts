import type { Capabilities, Part, PartType } from '@skein/contracts';
import { measure } from './text/measure.js';

/** Named checks: [what, is it within the limit]. */
type Checks = [string, boolean][];
type Checker<T extends PartType> = (
  part: Extract<Part, { type: T }>,
  table: Capabilities,
  size: Size,
) => Checks;
type Size = (text: string) => number;

const CHECKERS: { [T in PartType]: Checker<T> } = {
  text: ({ text }, table, size) => [['text', within(size(text), table.text.max)]],
  media: ({ media, caption }, table, size) => [
    [media, table.media[media] !== undefined],
    [
      'caption',
      caption === undefined ||
        (table.media[media]?.caption === true && size(caption) <= (table.caption?.max ?? 0)),
    ],
  ],
  buttons: ({ text, buttons }, { buttons: limits }, size) => [
    ['buttons', limits !== undefined && within(buttons.length, limits.max)],
    ['button text', within(size(text), limits?.textMax)],
    ['button label', buttons.every(({ label }) => within(size(label), limits?.labelMax))],
    [
      'button id',
      distinct(buttons.map(({ id }) => id)) && buttons.every(({ id }) => within(size(id), limits?.idMax)),
    ],
    ['unique labels', !limits?.uniqueLabels || distinct(buttons.map(({ label }) => label))],
  ],
  list: ({ text, button, rows }, { list: limits }, size) => [
    ['rows', limits !== undefined && within(rows.length, limits.maxRows)],
    ['list text', within(size(text), limits?.textMax)],
    ['list button', within(size(button), limits?.buttonMax)],
    ['row title', rows.every(({ title }) => within(size(title), limits?.titleMax))],
    [
      'row description',
      rows.every(({ description = '' }) => size(description) <= (limits?.descriptionMax ?? 0)),
    ],
    ['row id', distinct(rows.map(({ id }) => id)) && rows.every(({ id }) => within(size(id), limits?.idMax))],
  ],
  link: ({ text, label }, { link: limits }, size) => [
    ['link text', within(size(text), limits?.textMax)],
    ['link label', within(size(label), limits?.labelMax)],
  ],
  flow: ({ text, cta }, { flow: limits }, size) => [
    ['flow text', within(size(text), limits?.textMax)],
    ['flow label', within(size(cta), limits?.ctaMax)],
  ],
  template: (_part, table) => [['template', table.templates]],
  reaction: (_part, table) => [['reaction', table.reactions.out]],
  email: ({ text, html, subject }, table, size) => [
    ['mail', table.dialect === 'email'],
    ['subject', subject !== '' && !/[\r\n]/.test(subject)],
    ['mail text', size(text) <= table.text.max],
    ['mail html', size(html) <= table.text.max],
  ],
};

/** Whether a part is within the capability table; file sizes are known only when a file is fetched. */
export function fits(part: Part, capabilities: Capabilities): boolean {
  return misfit(part, capabilities) === undefined;
}

/** What of a part is outside the capability table, if anything. */
export function misfit(part: Part, capabilities: Capabilities): string | undefined {
  const failed = checksOf(part, capabilities).find(([, good]) => !good);
  return failed && `${failed[0]} does not fit ${capabilities.kind}`;
}

function checksOf<T extends PartType>(
  part: Extract<Part, { type: T }> & { type: T },
  table: Capabilities,
): Checks {
  const check: Checker<T> = CHECKERS[part.type];
  return check(part, table, (text) => measure(text, table.text.unit));
}

/** Present and not over the limit; a missing limit means that the platform has no such thing. */
function within(size: number, max: number | undefined): boolean {
  return size > 0 && size <= (max ?? 0);
}

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
