import type { JsonObject } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import { invalid } from '../core/refusal.js';
import type { WriteQuestion } from './writes.js';

const TYPE_OF_MIME: readonly [RegExp, string][] = [
  [/^image\//, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/./, 'file'],
];

/** The attachment of a person's own file: `{base64, mimeType}`, or `{file}` / `{url}` naming one of the sandbox's files. */
export function fileOfPerson({ side, fields }: WriteQuestion): JsonObject {
  const media = fields.object('media');
  const { bytes, mimeType, name } = bytesOf(side, media);
  const sha256 = side.world.blobs.put(bytes);
  const type =
    media?.optionalText('type') ?? TYPE_OF_MIME.find(([mime]) => mime.test(mimeType))?.[1] ?? 'file';
  const query = `type=${encodeURIComponent(mimeType)}`;
  const url = `${side.world.origin()}/${side.platform.kind}/cdn/${sha256}/${encodeURIComponent(name)}?${query}`;
  return { type, payload: { url } };
}

function bytesOf(
  { world }: WriteQuestion['side'],
  media: ReturnType<WriteQuestion['fields']['object']>,
): { bytes: Buffer; mimeType: string; name: string } {
  const filename = media?.optionalText('filename');
  const base64 = media?.optionalText('base64');
  if (media !== undefined && base64 !== undefined) {
    return {
      bytes: Buffer.from(base64, 'base64'),
      mimeType: media.text('mimeType'),
      name: filename ?? 'file',
    };
  }
  const link =
    media?.optionalText('url') ?? `${world.origin()}/files/${media?.optionalText('file') ?? 'small.jpg'}`;
  const file = ownFile(world, link);
  if (typeof file === 'string') {
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  }
  const mimeType = media?.optionalText('mimeType') ?? file.mimeType;
  return { bytes: file.bytes, mimeType, name: filename ?? file.name };
}
