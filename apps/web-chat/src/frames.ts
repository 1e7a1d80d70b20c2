import { listOf, objectOf, parsed, textOf, type JsonObject } from '@skein/contracts';
import { LIMITS, type ClientFrame, type RefusedFrame } from './protocol.js';

type MessageFrame = Extract<ClientFrame, { type: 'message' }>;

const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads a frame; undefined for whatever is none. What a message says is checked by {@link wrongWith}. */
export function readFrame(data: Buffer): ClientFrame | undefined {
  const frame = objectOf(parsed(data));
  const type = textOf(frame?.['type']) ?? '';
  return frame !== undefined && Object.hasOwn(READERS, type) ? READERS[type]?.(frame) : undefined;
}

const READERS: Record<string, (frame: JsonObject) => ClientFrame | undefined> = {
  hello,
  message,
  delivered: ({ upTo }) => positive(upTo, (id) => ({ type: 'delivered', upTo: id })),
  read: ({ upTo }) => positive(upTo, (id) => ({ type: 'read', upTo: id })),
  history: ({ before }) => positive(before, (id) => ({ type: 'history', before: id })),
  ping: () => ({ type: 'ping' }),
};

function hello({ protocol, token, user, cursor }: JsonObject): ClientFrame | undefined {
  if (typeof protocol !== 'number') return undefined;
  const proof = objectOf(user);
  const [id, hash, name] = [textOf(proof?.['id']), textOf(proof?.['hash']), textOf(proof?.['name'])];
  return {
    type: 'hello',
    protocol,
    ...(typeof token === 'string' ? { token } : {}),
    // A user without a proof must not become an anonymous visitor in silence.
    ...(proof === undefined
      ? {}
      : { user: { id: id ?? '', hash: hash ?? '', ...(name && { name: name.slice(0, 100) }) } }),
    ...(isId(cursor) ? { cursor } : {}),
  };
}

function message(frame: JsonObject): ClientFrame | undefined {
  const id = textOf(frame['id']);
  if (id === undefined || !CLIENT_ID.test(id)) return undefined;
  const text = textOf(frame['text'])?.trim();
  const files = listOf(frame['files']).flatMap((ref) => textOf(ref) ?? []);
  const pressed = objectOf(frame['action']);
  return {
    ...{ type: 'message', id },
    ...(text ? { text } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(pressed === undefined ? {} : { action: action(pressed) }),
  };
}

function action(pressed: JsonObject): NonNullable<MessageFrame['action']> {
  const label = textOf(pressed['label']);
  return {
    id: textOf(pressed['id']) ?? '',
    ...(label === undefined ? {} : { label: label.slice(0, 200) }),
    ...(isId(pressed['entry']) ? { entry: pressed['entry'] } : {}),
  };
}

function positive(value: unknown, make: (id: number) => ClientFrame): ClientFrame | undefined {
  return isId(value) ? make(value) : undefined;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Why a message is not taken, if it is not. */
export function wrongWith({ id, text = '', files = [], action }: MessageFrame): RefusedFrame | undefined {
  const refused = (code: RefusedFrame['code'], detail: string): RefusedFrame => ({
    ...{ type: 'refused', id, code, detail, retry: false },
  });
  if (Buffer.byteLength(text) > LIMITS.messageBytes)
    return refused('too_large', `A message has at most ${LIMITS.messageBytes / 1024} KB.`);
  if (files.length > LIMITS.filesPerMessage)
    return refused('invalid', `A message brings at most ${LIMITS.filesPerMessage} files.`);
  if (action !== undefined && (action.id === '' || action.id.length > LIMITS.actionIdLength))
    return refused('invalid', 'The id of the action is empty or too long.');
  if (text === '' && files.length === 0 && action === undefined)
    return refused('invalid', 'The message is empty.');
  return undefined;
}
