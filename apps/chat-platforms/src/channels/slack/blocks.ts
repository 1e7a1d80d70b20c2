import type { Action, Card, MediaSource, Part } from '@skein/contracts';
import { escapeText, plainText } from './plain-text.js';

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;
type PublicUrl = (source: MediaSource) => string;
export type Block = Record<string, unknown>;

/** Longest `alt_text` of an image (docs.slack.dev/reference/block-kit/blocks/image-block, checked 2026-11-21). */
const ALT_MAX = 2000;

/** Pressing one of these is an answer; the number only keeps the elements of a block apart, the value is what was offered. */
export const PRESS = 'press';
export const PICK = 'pick';
/** Opening a link is told like a press, and means nothing here. */
export const LINK = 'link';

/** A question with buttons under it. */
export function buttonBlocks({ text, buttons, image, footer }: Of<'buttons'>, publicUrl: PublicUrl): Block[] {
  return [
    section(mrkdwn(text), image === undefined ? undefined : picture(publicUrl(image), plainText(text))),
    actions(buttons.map(pressButton)),
    ...(footer === undefined ? [] : [{ type: 'context', elements: [mrkdwn(footer)] }]),
  ];
}

/** A question with a menu under it. */
export function listBlocks({ text, button, rows }: Of<'list'>): Block[] {
  const options = rows.map(({ id, title, description }) => ({
    text: plain(title),
    value: id,
    ...(description === undefined ? {} : { description: plain(description) }),
  }));
  const menu = { type: 'static_select', action_id: PICK, placeholder: plain(button), options };
  return [section(mrkdwn(text)), actions([menu])];
}

export function linkBlocks({ text, label, url }: Of<'link'>): Block[] {
  return [section(mrkdwn(text)), actions([{ type: 'button', action_id: LINK, text: plain(label), url }])];
}

/** Each card is a section with its picture beside it and its buttons under it. */
export function cardBlocks({ text, cards }: Of<'cards'>, publicUrl: PublicUrl): Block[] {
  const intro = text === undefined || text === '' ? [] : [section(mrkdwn(text))];
  return [...intro, ...cards.flatMap((card) => cardOf(card, publicUrl))];
}

function cardOf({ title, subtitle, image, buttons }: Card, publicUrl: PublicUrl): Block[] {
  const lines = [`*${escapeText(title)}*`, ...(subtitle ? [escapeText(subtitle)] : [])];
  const accessory = image === undefined ? undefined : picture(publicUrl(image), title);
  const under = buttons.length === 0 ? [] : [actions(buttons.map(pressButton))];
  return [section(mrkdwn(lines.join('\n')), accessory), ...under];
}

/** A picture that Slack fetches itself, with what is said about it above. */
export function imageBlocks(imageUrl: string, caption: string | undefined, alt: string): Block[] {
  const above = caption === undefined || caption === '' ? [] : [section(mrkdwn(caption))];
  return [...above, picture(imageUrl, alt)];
}

/** A picture that cannot be fetched spoils a message as a block of its own, but not beside a section (java-slack-sdk #1396). */
function picture(imageUrl: string, alt: string): Block {
  return { type: 'image', image_url: imageUrl, alt_text: alt.slice(0, ALT_MAX) || 'image' };
}

function section(text: Block, accessory?: Block): Block {
  return { type: 'section', text, ...(accessory === undefined ? {} : { accessory }) };
}

function actions(elements: Block[]): Block {
  return { type: 'actions', elements };
}

function pressButton({ id, label }: Action, index: number): Block {
  return { type: 'button', action_id: `${PRESS}:${index}`, text: plain(label), value: id };
}

function mrkdwn(text: string): Block {
  return { type: 'mrkdwn', text };
}

function plain(text: string): Block {
  return { type: 'plain_text', text };
}
