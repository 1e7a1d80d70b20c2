import { Multipart } from '@skein/channel-kit';
import type { MediaBytes } from '@skein/channel-kit';

/** A message with one file: `payload_json` and `files[0]` (API reference, uploading files). */
export function formOf(payload: object, file: MediaBytes & { filename: string }): Multipart {
  const described = { ...payload, attachments: [{ id: 0, filename: file.filename }] };
  const json = { name: 'payload_json', text: JSON.stringify(described), contentType: 'application/json' };
  return new Multipart([json], 'files[0]', file);
}

const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'application/pdf': 'pdf',
};

/** A name for the file: the caller's, else that of its source, else one that ends like its type. Discord shows pictures by their ending. */
export function filenameOf(asked: string | undefined, { filename, mimeType }: MediaBytes): string {
  const ending = ENDINGS[mimeType] ?? 'bin';
  const name =
    (asked ?? filename ?? '')
      .split(/[/\\]/)
      .pop()
      ?.replace(/\p{Cc}/gu, '')
      .slice(0, 200) ?? '';
  if (name === '') return `file.${ending}`;
  return name.includes('.') ? name : `${name}.${ending}`;
}
