import { listOf, objectOf, plain, textOf } from '@skein/contracts';
import type { InboundContent, InboundMedia, JsonObject, MediaKind } from '@skein/contracts';

type Reader = (part: JsonObject, message: JsonObject) => InboundContent | undefined;

/** What a person said, by the message's `type`; undefined for what this does not know or cannot make sense of. */
export function contentOf(message: JsonObject): InboundContent | undefined {
  const type = textOf(message['type']) ?? '';
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (type === 'contacts') return cards(message['contacts']);
  const part = objectOf(message[type]);
  return part === undefined ? undefined : read?.(part, message);
}

const READERS: Record<string, Reader> = {
  text: ({ body }) => (textOf(body) === undefined ? undefined : { text: textOf(body) }),
  image: media('image'),
  sticker: media('image'),
  video: media('video'),
  audio: media('audio'),
  voice: media('audio'),
  document: media('file'),
  button: quickReply,
  interactive: interactive,
  location: location,
  order: (order) => ({
    ...optional('text', textOf(order['text'])),
    data: { order: plain(order) },
  }),
};

function media(kind: MediaKind): Reader {
  return (part) => {
    const file: InboundMedia = {
      media: kind,
      ...optional('providerRef', textOf(part['id'])),
      ...optional('mimeType', textOf(part['mime_type'])),
      ...optional('filename', textOf(part['filename'])),
    };
    const found =
      file.providerRef === undefined ? { ...file, error: 'The platform gave no media id.' } : file;
    return { ...optional('text', textOf(part['caption'])), media: [found] };
  };
}

/** The press of a template's button: its payload is the id that was sent with the template. */
function quickReply(part: JsonObject): InboundContent | undefined {
  const label = textOf(part['text']);
  const id = textOf(part['payload']) ?? label;
  return id === undefined ? undefined : pressed(id, label);
}

function interactive(part: JsonObject): InboundContent | undefined {
  const reply = objectOf(part['button_reply']) ?? objectOf(part['list_reply']);
  const id = textOf(reply?.['id']);
  if (id !== undefined) return pressed(id, textOf(reply?.['title']));
  const form = objectOf(part['nfm_reply']);
  return form === undefined ? undefined : formAnswers(form);
}

function pressed(id: string, label: string | undefined): InboundContent {
  return { ...optional('text', label), action: { id, ...optional('label', label) } };
}

/** The answers of a form are JSON inside a string. */
function formAnswers(form: JsonObject): InboundContent {
  const raw = textOf(form['response_json']);
  return {
    ...optional('text', textOf(form['body'])),
    data: { form: { ...optional('name', textOf(form['name'])), answers: parsed(raw) } },
  };
}

function parsed(raw: string | undefined): unknown {
  try {
    return plain(JSON.parse(raw ?? 'null'));
  } catch {
    return raw;
  }
}

function location(part: JsonObject): InboundContent | undefined {
  const { latitude, longitude } = part;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  const named = {
    ...optional('name', textOf(part['name'])),
    ...optional('address', textOf(part['address'])),
  };
  return { location: { latitude, longitude, ...named } };
}

function cards(contacts: unknown): InboundContent | undefined {
  const shared = listOf(contacts);
  return shared.length === 0 ? undefined : { data: { contacts: plain(shared) } };
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
