import type { Component, Failure, MediaSource, Part } from '@skein/contracts';

/** A file in a stored entry. */
export interface StoredFile {
  media: 'image' | 'video' | 'audio' | 'file';
  mediaId: string;
  mimeType?: string;
  filename?: string;
  sizeBytes?: number;
}

/** What an entry holds. Files are named, not addressed: their signed addresses are made when they are shown. */
export type StoredBody =
  | { type: 'components'; components: Component[]; text: string }
  | { type: 'edit'; target: number; text: string }
  | { type: 'said'; text?: string; files?: StoredFile[]; action?: { id: string; label?: string } };

/** The part as an entry of the conversation, or why it cannot be one. */
export function encode(part: Part): { body: StoredBody } | { failure: Failure } {
  switch (part.type) {
    case 'components':
      return { body: { type: 'components', components: part.components, text: part.text } };
    case 'text':
      return shown([{ type: 'text', text: part.text }], part.text);
    case 'media': {
      const { type, media, source, caption, filename } = part;
      const file = { type, media, source, ...(caption && { caption }), ...(filename && { filename }) };
      return shown([file], caption ?? filename ?? media);
    }
    case 'buttons':
      return shown(
        [
          ...picture(part.image),
          { type: 'text', text: part.text },
          { type: 'actions', actions: part.buttons },
          ...(part.footer ? [{ type: 'text' as const, text: part.footer }] : []),
        ],
        part.text,
      );
    case 'list':
      return shown([{ type: 'text', text: part.text }, listOf(part.rows)], part.text);
    case 'link': {
      const { text, label, url } = part;
      return shown(
        [
          { type: 'text', text },
          { type: 'links', links: [{ label, url }] },
        ],
        text,
      );
    }
    case 'flow':
      return shown([flowOf(part)], part.text);
    case 'cards':
      return shown(cardsOf(part), part.text ?? part.cards.map(({ title }) => title).join(', '));
    case 'edit': {
      const target = entryIdOf(part.providerMessageId);
      return target === undefined
        ? refused('The message to change is not of this chat.')
        : { body: { type: 'edit', target, text: part.text } };
    }
    case 'template':
    case 'reaction':
    case 'email':
      return refused(`Web chat has no ${part.type}.`);
  }
}

/** The provider's id of an entry. */
export function providerIdOf(entryId: number): string {
  return `wc:${entryId}`;
}

function entryIdOf(providerId: string): number | undefined {
  const digits = /^wc:(\d{1,15})$/.exec(providerId)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function shown(components: Component[], text: string): { body: StoredBody } {
  return { body: { type: 'components', components, text } };
}

function refused(detail: string): { failure: Failure } {
  return { failure: { kind: 'rejected', reason: 'provider_rejected', detail } };
}

function picture(source: MediaSource | undefined): Component[] {
  return source === undefined ? [] : [{ type: 'media', media: 'image', source }];
}

function listOf(rows: Extract<Part, { type: 'list' }>['rows']): Component {
  const items = rows.map(({ id, title, description }) => ({
    ...{ id, title },
    ...(description === undefined ? {} : { subtitle: description }),
  }));
  return { type: 'list', layout: 'vertical', items };
}

function flowOf({ text, header, footer, flowId, cta, screen }: Extract<Part, { type: 'flow' }>): Component {
  const fields = { flow_id: flowId, flow_cta: cta, body: text };
  const more = Object.entries({ header, footer, screen }).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  return { type: 'flow', fields: { ...fields, ...Object.fromEntries(more) } };
}

function cardsOf({ text, cards }: Extract<Part, { type: 'cards' }>): Component[] {
  const lead: Component[] = text === undefined ? [] : [{ type: 'text', text }];
  const each = cards.flatMap(({ title, subtitle, image, buttons }): Component[] => [
    ...picture(image),
    { type: 'text', text: subtitle === undefined ? title : `${title}\n${subtitle}` },
    ...(buttons.length > 0 ? [{ type: 'actions' as const, actions: buttons }] : []),
  ]);
  return [...lead, ...each];
}
