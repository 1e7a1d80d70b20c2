import { checkBody, readShape, refuse, type FieldError, type MediaKind } from '@skein/contracts';
import {
  MESSAGE_TYPES,
  SynchronousMessageDto,
  type MessageType,
  type SynchronousContentDto,
} from './request.dto.js';

/** A file that the person sends, still at its public address. */
export interface NamedFile {
  media: MediaKind;
  url: string;
  filename?: string;
}

/** What a request says: a text, or a file with or without words beside it. */
export interface SynchronousRequest {
  contactIdentifier: string;
  contactName?: string;
  text?: string;
  file?: NamedFile;
}

type Inner = keyof SynchronousContentDto;

/** The part of `content` that each type has, and the kind of file that is in it. */
const SHAPES: Readonly<Record<MessageType, { inner: Inner; media?: MediaKind }>> = {
  TEXT: { inner: 'text' },
  IMAGE: { inner: 'image', media: 'image' },
  AUDIO: { inner: 'audio', media: 'audio' },
  VIDEO: { inner: 'video', media: 'video' },
  DOCUMENT: { inner: 'document', media: 'file' },
};

/** Reads the body of a request. @throws `invalid_request` with every wrong field, `payload_too_large` */
export function readRequest(body: unknown): SynchronousRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return wrong([{ field: 'body', reason: 'must be a JSON object' }]);
  const { tooLarge, errors } = checkBody(body);
  if (tooLarge) return refuse('payload_too_large', 'A text of the message is too large.', { errors });
  if (errors.length > 0) return wrong(errors);
  const shaped = readShape(SynchronousMessageDto, body);
  const misfits = contentErrors(body);
  if ('errors' in shaped) return wrong([...shaped.errors, ...misfits]);
  return misfits.length > 0 ? wrong(misfits) : requestOf(shaped.value);
}

/** `content` must hold what the type names and nothing else; a type that is none, and a field that is none, are told by the shape. */
function contentErrors(body: object): FieldError[] {
  const { type, content } = body as { type?: unknown; content?: unknown };
  if (!isType(type) || typeof content !== 'object' || content === null) return [];
  const { inner } = SHAPES[type];
  const others = Object.values(SHAPES).filter(
    (shape) => shape.inner !== inner && Object.hasOwn(content, shape.inner),
  );
  return [
    ...(Object.hasOwn(content, inner)
      ? []
      : [{ field: `content.${inner}`, reason: `is required for type ${type}` }]),
    ...others.map((shape) => ({
      field: `content.${shape.inner}`,
      reason: `does not belong to type ${type}`,
    })),
  ];
}

function isType(type: unknown): type is MessageType {
  return (MESSAGE_TYPES as readonly unknown[]).includes(type);
}

function requestOf({
  type,
  contactIdentifier,
  contactName,
  content,
}: SynchronousMessageDto): SynchronousRequest {
  const person = { contactIdentifier, ...(contactName === undefined ? {} : { contactName }) };
  const { inner, media } = SHAPES[type];
  const { body, url = '', caption, filename }: Fields = content[inner] ?? {};
  if (media === undefined) return { ...person, text: body ?? '' };
  return {
    ...person,
    ...(caption === undefined ? {} : { text: caption }),
    file: { media, url, ...(filename === undefined ? {} : { filename }) },
  };
}

interface Fields {
  body?: string;
  url?: string;
  caption?: string;
  filename?: string;
}

function wrong(errors: FieldError[]): never {
  return refuse('invalid_request', errors.map(({ field, reason }) => `${field} ${reason}.`).join(' '), {
    errors,
  });
}
