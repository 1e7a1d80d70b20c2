import { listOf, objectOf, textOf } from '@skein/contracts';
import type { InboundMedia, JsonObject, MediaKind } from '@skein/contracts';

const FILE_ID = /^F[A-Z0-9]{2,20}$/;
/** Why a file has no bytes to fetch, by its `mode` (docs.slack.dev/reference/objects/file-object, checked 2026-11-21). */
const GONE: Readonly<Record<string, string>> = {
  tombstone: 'The file was deleted.',
  hidden_by_limit: 'The file is hidden by the limit of the workspace.',
  external: 'The file is not stored at Slack.',
};
const MEDIA: readonly [RegExp, MediaKind][] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
];

/** The `files` of a message. */
export function filesOf(files: unknown): InboundMedia[] {
  return listOf(files).flatMap((file) => {
    const known = objectOf(file);
    return known === undefined ? [] : [mediaOf(known)];
  });
}

function mediaOf(file: JsonObject): InboundMedia {
  const mimeType = textOf(file['mimetype'])?.slice(0, 200);
  const filename = (textOf(file['name']) ?? textOf(file['title']))?.slice(0, 255);
  const sizeBytes = file['size'];
  return {
    media: MEDIA.find(([pattern]) => pattern.test(mimeType ?? ''))?.[1] ?? 'file',
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(filename === undefined ? {} : { filename }),
    ...(typeof sizeBytes === 'number' && sizeBytes >= 0 ? { sizeBytes } : {}),
    ...whereabouts(file),
  };
}

function whereabouts(file: JsonObject): Pick<InboundMedia, 'providerRef' | 'error'> {
  const mode = textOf(file['mode']) ?? '';
  const isExternal = file['is_external'] === true;
  const gone = isExternal ? GONE['external'] : Object.hasOwn(GONE, mode) ? GONE[mode] : undefined;
  if (gone !== undefined) return { error: gone };
  const id = textOf(file['id']);
  const reference = privateAddress(file) ?? (isFileId(id) ? id : undefined);
  return reference === undefined ? { error: 'Slack named no file.' } : { providerRef: reference };
}

/** Where the bytes are, for whoever has the token. */
export function privateAddress(file: JsonObject): string | undefined {
  return textOf(file['url_private_download']) ?? textOf(file['url_private']);
}

/** A file that is to be looked up; an address is none. */
export function isFileId(reference: unknown): reference is string {
  return typeof reference === 'string' && FILE_ID.test(reference);
}
