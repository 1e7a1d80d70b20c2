import { refuse } from '@skein/contracts';
import { fileName, type MediaBytes } from '@skein/channel-kit';

/**
 * Reads an uploaded file: the body itself under its content type and `filename`, or the field `file` of a form.
 *
 * @throws a refusal `invalid_request`.
 */
export async function readUpload(
  bytes: Buffer,
  contentType: string | undefined,
  filename: string | undefined,
): Promise<MediaBytes> {
  if (contentType?.toLowerCase().startsWith('multipart/form-data')) return readForm(bytes, contentType);
  if (bytes.length === 0) return wrong('body', 'is empty');
  return { bytes, mimeType: contentType ?? 'application/octet-stream', ...named(filename) };
}

async function readForm(bytes: Buffer, contentType: string): Promise<MediaBytes> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) return wrong('body', 'is not a valid multipart form');
  const file = form.get('file');
  if (file === null || typeof file === 'string')
    return wrong('file', 'is required: the field that holds the file');
  const content = Buffer.from(await file.arrayBuffer());
  if (content.length === 0) return wrong('file', 'is empty');
  return { bytes: content, mimeType: file.type || 'application/octet-stream', ...named(file.name) };
}

function named(filename: string | undefined): { filename?: string } {
  const name = fileName(filename ?? '');
  return name === undefined ? {} : { filename: name };
}

function wrong(field: string, reason: string): never {
  return refuse('invalid_request', `${field} ${reason}.`, { errors: [{ field, reason }] });
}
