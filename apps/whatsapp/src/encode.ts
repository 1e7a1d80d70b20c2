import type { OutboundCall } from '@skein/channel-kit';
import type { Failure, MediaKind, MediaSource, Part } from '@skein/contracts';
import { receiverOf } from './address.js';
import { encodeTemplate } from './encode-template.js';

/** A file's address as the platform fetches it. */
export type PublicUrl = (source: MediaSource) => string;

export type Encoded = { payload: object } | { failure: Failure };

/** The body of `POST /{phone_number_id}/messages` for one call (Graph API reference, messages, checked 2026-11). */
export function encode(call: OutboundCall, publicUrl: PublicUrl): Encoded {
  const receiver = receiverOf(call.address);
  if (receiver === undefined) return refused('invalid_address', 'The address is no WhatsApp address.');
  const content = encodePart(call, publicUrl);
  if (content === undefined)
    return refused('provider_rejected', `WhatsApp does not carry ${call.part.type}.`);
  const base = { messaging_product: 'whatsapp', recipient_type: 'individual' };
  return { payload: { ...base, ...receiver, ...content, biz_opaque_callback_data: call.callRef } };
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}

function encodePart({ part, callId }: OutboundCall, publicUrl: PublicUrl): object | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: { body: part.text, preview_url: false } };
    case 'media':
      return media(part, publicUrl);
    case 'buttons':
      return interactive(buttons(part, publicUrl));
    case 'list':
      return interactive(list(part));
    case 'link':
      return interactive(link(part));
    case 'flow':
      return interactive(flow(part, callId));
    case 'template':
      return { type: 'template', template: encodeTemplate(part.template, publicUrl) };
    case 'reaction':
      return { type: 'reaction', reaction: { message_id: part.providerMessageId, emoji: part.emoji } };
    case 'email':
    case 'cards':
    case 'components':
    case 'edit':
      return undefined;
  }
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

const MEDIA_TYPES: Record<MediaKind, string> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'document',
};

function media({ media: kind, source, caption, filename }: Of<'media'>, publicUrl: PublicUrl): object {
  const type = MEDIA_TYPES[kind];
  const captioned = caption === undefined || kind === 'audio' ? {} : { caption };
  const named = filename === undefined || kind !== 'file' ? {} : { filename };
  return { type, [type]: { link: publicUrl(source), ...captioned, ...named } };
}

function interactive(content: object): object {
  return { type: 'interactive', interactive: content };
}

function buttons({ text, buttons: offered, image, footer }: Of<'buttons'>, publicUrl: PublicUrl): object {
  return {
    type: 'button',
    ...(image === undefined ? {} : { header: { type: 'image', image: { link: publicUrl(image) } } }),
    body: { text },
    ...footerOf(footer),
    action: { buttons: offered.map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } })) },
  };
}

function list({ text, button, rows }: Of<'list'>): object {
  return { type: 'list', body: { text }, action: { button, sections: [{ rows }] } };
}

function link({ text, label, url }: Of<'link'>): object {
  const action = { name: 'cta_url', parameters: { display_text: label, url } };
  return { type: 'cta_url', body: { text }, action };
}

/** The token comes back with the answers and says which call they belong to. */
function flow(part: Of<'flow'>, callId: string): object {
  const screen =
    part.screen === undefined
      ? {}
      : { flow_action: 'navigate', flow_action_payload: { screen: part.screen } };
  const parameters = {
    flow_message_version: '3',
    flow_token: callId,
    flow_id: part.flowId,
    flow_cta: part.cta,
    ...screen,
  };
  return {
    type: 'flow',
    ...(part.header === undefined ? {} : { header: { type: 'text', text: part.header } }),
    body: { text: part.text },
    ...footerOf(part.footer),
    action: { name: 'flow', parameters },
  };
}

function footerOf(footer: string | undefined): object {
  return footer === undefined ? {} : { footer: { text: footer } };
}
