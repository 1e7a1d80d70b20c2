import { textOf, type InboundContent, type InboundEvent } from '@skein/contracts';
import type { StoredBody, StoredFile } from './encode.js';
import { providerIdOf } from './encode.js';
import type { Appended } from './entries.js';
import type { ClientFrame } from './protocol.js';
import { claimsOf } from './tokens.js';

type MessageFrame = Extract<ClientFrame, { type: 'message' }>;
type Said = Extract<StoredBody, { type: 'said' }>;

/** Who speaks. */
export interface Speaker {
  address: string;
  userId?: string;
  name?: string;
}

/** Files that this person has uploaded within the hour; undefined when one of the references is not. */
export function uploadsOf(
  refs: readonly string[],
  { secret, channelId, address }: { secret: string; channelId: string; address: string },
): StoredFile[] | undefined {
  const files = refs.map((ref) => claimsOf(secret, channelId, 'file', ref));
  if (files.some((claims) => claims?.['address'] !== address)) return undefined;
  return files.flatMap((claims) => (claims?.['file'] === undefined ? [] : [claims['file'] as StoredFile]));
}

/** The id and the label of what was offered under an id; undefined when the entry offers no such thing. */
export function offered(body: StoredBody | undefined, id: string): { id: string; label: string } | undefined {
  if (body?.type !== 'components') return undefined;
  const choices = body.components.flatMap((component) => {
    if (component.type === 'actions') return component.actions;
    if (component.type === 'list') return component.items.map((item) => ({ id: item.id, label: item.title }));
    if (component.type !== 'flow') return [];
    const { flow_id: flowId = '', flow_cta: label = flowId } = component.fields;
    return [{ id: flowId, label }];
  });
  return choices.find((choice) => choice.id === id);
}

/** A message as an entry. */
export function saidOf(
  { text, action }: MessageFrame,
  files: StoredFile[],
  choice: { id: string; label: string } | undefined,
): Said {
  const pressed = choice ?? (action && { id: action.id, ...(action.label && { label: action.label }) });
  return {
    type: 'said',
    ...(text === undefined ? {} : { text }),
    ...(files.length > 0 ? { files } : {}),
    ...(pressed === undefined ? {} : { action: pressed }),
  };
}

/** A message as the event that wakes the agent. The same message sent twice has the same id. */
export function eventOf(
  { address, userId, name }: Speaker,
  clientId: string,
  { id, at }: Pick<Appended, 'id' | 'at'>,
  said: Said,
  wasOffered: boolean,
): InboundEvent {
  return {
    type: 'message',
    eventId: `${address}:${clientId}`,
    at: at.toISOString(),
    address,
    ...(userId === undefined ? {} : { userId }),
    ...(name === undefined ? {} : { profileName: name }),
    providerMessageId: providerIdOf(id),
    content: contentOf(said, wasOffered),
  };
}

function contentOf({ text, files, action }: Said, wasOffered: boolean): InboundContent {
  const words = textOf(text) ?? action?.label;
  return {
    ...(words === undefined ? {} : { text: words }),
    ...(files === undefined ? {} : { media: files }),
    ...(action === undefined ? {} : { action }),
    // A page can send any id; what it was never shown is told apart.
    ...(action !== undefined && !wasOffered ? { data: { unoffered: true } } : {}),
  };
}
