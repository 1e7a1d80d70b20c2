import type { Action, Capabilities, Part, PartType } from '@skein/contracts';
import { DIALECTS } from './dialects/dialect.js';
import { measure } from './text/measure.js';

/** RFC 5322 section 2.1.1: a header line, so a subject, has at most 998 characters. */
export const SUBJECT_MAX = 998;

/** Named checks: [what, is it within the limit]. */
type Checks = [string, boolean][];
type Checker<T extends PartType> = (
  part: Extract<Part, { type: T }>,
  table: Capabilities,
  sizes: Sizes,
) => Checks;

/** The length of a plain value, and of a text in the dialect of the channel as the platform counts it. */
interface Sizes {
  plain: (value: string) => number;
  written: (text: string) => number;
}

const CHECKERS: { [T in PartType]: Checker<T> } = {
  text: ({ text }, table, { written }) => [['text', within(written(text), table.text.max)]],
  media: ({ media, caption }, table, { written }) => [
    [media, table.media[media] !== undefined],
    [
      'caption',
      caption === undefined ||
        (table.media[media]?.caption === true && within(written(caption), table.caption?.max)),
    ],
  ],
  buttons: ({ text, buttons, image }, { buttons: limits, media }, { plain, written }) => [
    ['buttons', limits !== undefined && within(buttons.length, limits.max)],
    ['button text', within(written(text), limits?.textMax)],
    ['button image', image === undefined || media.image !== undefined],
    ['button label', buttons.every(({ label }) => within(plain(label), limits?.labelMax))],
    ['button id', idsFit(buttons, limits?.idMax, limits?.idUnit === 'bytes' ? bytes : plain)],
    ['unique labels', !limits?.uniqueLabels || distinct(buttons.map(({ label }) => label))],
  ],
  list: ({ text, button, rows }, { list: limits }, { plain, written }) => [
    ['rows', limits !== undefined && within(rows.length, limits.maxRows)],
    ['list text', within(written(text), limits?.textMax)],
    ['list button', within(plain(button), limits?.buttonMax)],
    ['row title', rows.every(({ title }) => within(plain(title), limits?.titleMax))],
    [
      'row description',
      rows.every(({ description = '' }) => plain(description) <= (limits?.descriptionMax ?? 0)),
    ],
    ['row id', idsFit(rows, limits?.idMax, plain)],
  ],
  link: ({ text, label, url }, { link: limits }, { plain, written }) => [
    ['link text', within(written(text), limits?.textMax)],
    ['link label', within(plain(label), limits?.labelMax)],
    ['link address', /^https?:\/\//i.test(url)],
  ],
  flow: ({ text, cta, header = '', footer = '' }, { flow: limits }, { plain, written }) => [
    ['flow text', within(written(text), limits?.textMax)],
    ['flow label', within(plain(cta), limits?.ctaMax)],
    ['flow header', plain(header) <= (limits?.headerMax ?? 0)],
    ['flow footer', plain(footer) <= (limits?.footerMax ?? 0)],
  ],
  template: (_part, table) => [['template', table.templates]],
  reaction: ({ providerMessageId }, table) => [
    ['reaction', table.reactions.out],
    ['message', providerMessageId !== ''],
  ],
  cards: ({ text = '', cards }, { cards: limits, text: { max }, media }, { plain, written }) => [
    ['cards', limits !== undefined && within(cards.length, limits.max)],
    ['card text', written(text) <= max],
    ['card title', cards.every(({ title }) => within(plain(title), limits?.titleMax))],
    ['card subtitle', cards.every(({ subtitle = '' }) => plain(subtitle) <= (limits?.subtitleMax ?? 0))],
    ['card image', cards.every(({ image }) => image === undefined || media.image !== undefined)],
    ['card buttons', cards.every(({ buttons }) => buttons.length <= (limits?.buttons ?? 0))],
    [
      'card button label',
      cards.every(({ buttons }) => buttons.every(({ label }) => within(plain(label), limits?.labelMax))),
    ],
    [
      'card button id',
      idsFit(
        cards.flatMap(({ buttons }) => buttons),
        limits?.idMax,
        plain,
      ),
    ],
  ],
  components: ({ components, text }, table, { plain, written }) => [
    ['components', table.components === true && components.length > 0],
    ['text', plain(text) <= table.text.max],
    ['text', components.every((one) => one.type !== 'text' || within(written(one.text), table.text.max))],
    ['media', components.every((one) => one.type !== 'media' || table.media[one.media] !== undefined)],
    [
      'caption',
      components.every(
        (one) => one.type !== 'media' || written(one.caption ?? '') <= (table.caption?.max ?? 0),
      ),
    ],
  ],
  edit: ({ text, providerMessageId }, table, { written }) => [
    ['edit', table.edits.out],
    ['message', providerMessageId !== ''],
    ['text', within(written(text), table.text.max)],
  ],
  email: ({ text, html, subject, attachments }, table, { plain }) => [
    ['mail', table.dialect === 'email'],
    ['subject', subject !== '' && !/[\r\n]/.test(subject) && plain(subject) <= SUBJECT_MAX],
    ['mail text', plain(text) <= table.text.max],
    ['mail html', plain(html) <= table.text.max],
    ['attachment', attachments.every(({ media }) => table.media[media] !== undefined)],
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
  const { counted } = DIALECTS[table.dialect];
  const plain = (value: string): number => measure(value, table.text.unit);
  return check(part, table, { plain, written: (text) => plain(counted?.(text) ?? text) });
}

/** Present and not over the limit; a missing limit means that the platform has no such thing. */
function within(size: number, max: number | undefined): boolean {
  return size > 0 && size <= (max ?? 0);
}

/** A press names one choice: ids are present, different and within the limit. */
function idsFit(
  choices: readonly Pick<Action, 'id'>[],
  max: number | undefined,
  size: (id: string) => number,
): boolean {
  const ids = choices.map(({ id }) => id);
  return new Set(ids).size === ids.length && ids.every((id) => within(size(id), max));
}

function bytes(value: string): number {
  return measure(value, 'bytes');
}

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
