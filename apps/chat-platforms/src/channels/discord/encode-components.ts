import type { Action, Card, ListRow, MediaSource } from '@skein/contracts';

/** A file's address as the platform fetches it. */
export type PublicUrl = (source: MediaSource) => string;

/** The kinds of component and the looks of a button (component reference). */
const ROW = 1;
const BUTTON = 2;
const STRING_SELECT = 3;
const SECONDARY = 2;
const LINK = 5;

const BUTTONS_PER_ROW = 5;
const ROWS_PER_MESSAGE = 5;
/** Characters that a link button's address may have; a longer one is written into the text. */
export const LINK_URL_MAX = 512;

/** Name of the one select menu in a message; what was chosen comes back as its value. */
const MENU = 'menu';

/** Rows of at most five buttons. */
export function buttonRows(actions: readonly Action[]): object[] {
  const rows = Array.from({ length: Math.ceil(actions.length / BUTTONS_PER_ROW) }, (_, index) =>
    actions.slice(index * BUTTONS_PER_ROW, (index + 1) * BUTTONS_PER_ROW),
  );
  return rows.map((row) => rowOf(row.map(button)));
}

/** The rows of several cards, one behind the other. */
export function cardRows(cards: readonly Card[]): object[] {
  return cards.flatMap(({ buttons }) => buttonRows(buttons)).slice(0, ROWS_PER_MESSAGE);
}

/** One menu of up to 25 choices, of which one is taken. */
export function menuRow(placeholder: string, rows: readonly ListRow[]): object {
  const options = rows.map(({ id, title, description }) => ({
    label: title,
    value: id,
    ...(description === undefined ? {} : { description }),
  }));
  return rowOf([
    { type: STRING_SELECT, custom_id: MENU, placeholder, options, min_values: 1, max_values: 1 },
  ]);
}

/** A button that opens an address and sends nothing. */
export function linkRow(label: string, url: string): object {
  return rowOf([{ type: BUTTON, style: LINK, label, url }]);
}

/** A picture below the text. */
export function pictureOf(image: MediaSource | undefined, publicUrl: PublicUrl): { embeds?: object[] } {
  return image === undefined ? {} : { embeds: [{ image: { url: publicUrl(image) } }] };
}

/** A card as an embed. */
export function cardEmbed({ title, subtitle, image }: Card, publicUrl: PublicUrl): object {
  return {
    title,
    ...(subtitle === undefined ? {} : { description: subtitle }),
    ...(image === undefined ? {} : { image: { url: publicUrl(image) } }),
  };
}

function rowOf(components: object[]): object {
  return { type: ROW, components };
}

function button({ id, label }: Action): object {
  return { type: BUTTON, style: SECONDARY, label, custom_id: id };
}
