import type { Action, Card, JsonObject, ListRow } from '@skein/contracts';

/** Under these names an action travels in the data of a card and comes back when it is pressed. */
export const ACTION_ID = 'skeinAction';
export const ACTION_LABEL = 'skeinLabel';

/** What every client of Teams shows. */
const VERSION = '1.4';

/** A card as an attachment of an activity (Teams, cards reference, Adaptive Card, checked 2026-11-21). */
export function cardAttachment(body: JsonObject[], actions: JsonObject[] = []): JsonObject {
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: VERSION,
    body,
    ...(actions.length === 0 ? {} : { actions }),
  };
  return { contentType: 'application/vnd.microsoft.card.adaptive', content };
}

/** Text with its marks. */
export function textBlock(text: string): JsonObject {
  return { type: 'TextBlock', text, wrap: true };
}

/** Text that is taken for no marks: what comes from lists and labels is shown as it is. */
function plainBlock(text: string, run: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...run }], ...more };
}

const TITLE = { weight: 'Bolder' };
const SUBTLE = { isSubtle: true };

export function footerBlock(text: string): JsonObject {
  return plainBlock(text, { ...SUBTLE, size: 'Small' });
}

export function picture(url: string): JsonObject {
  return { type: 'Image', url, size: 'Stretch' };
}

/** A press comes back as the data alone; without the hint a note below the card would say that the answer was sent. */
export function submit({ id, label }: Action): JsonObject {
  return {
    type: 'Action.Submit',
    title: label,
    data: { [ACTION_ID]: id, [ACTION_LABEL]: label },
    msTeams: { feedback: { hide: true } },
  };
}

export function openUrl(label: string, url: string): JsonObject {
  return { type: 'Action.OpenUrl', title: label, url };
}

/** A row that is pressed as a whole. */
export function rowBlock({ id, title, description }: ListRow): JsonObject {
  const lines = [plainBlock(title, TITLE)];
  if (description !== undefined) lines.push(plainBlock(description, SUBTLE, { spacing: 'None' }));
  return { type: 'Container', separator: true, selectAction: submit({ id, label: title }), items: lines };
}

/** The lines of one card of a row of cards; `above` stands before them. */
export function cardBody(
  { title, subtitle }: Card,
  imageUrl: string | undefined,
  above?: string,
): JsonObject[] {
  return [
    ...(above === undefined ? [] : [textBlock(above)]),
    ...(imageUrl === undefined ? [] : [picture(imageUrl)]),
    plainBlock(title, TITLE),
    ...(subtitle === undefined ? [] : [plainBlock(subtitle, SUBTLE, { spacing: 'None' })]),
  ];
}
