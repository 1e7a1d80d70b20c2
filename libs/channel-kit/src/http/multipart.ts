import { randomUUID } from 'node:crypto';
import type { MediaBytes } from '../definition.js';

/** One text field of a form; a field without a type is plain text. */
export interface FormField {
  name: string;
  text: string;
  contentType?: string;
}

/** A `multipart/form-data` body (RFC 7578) of text fields and one file, as {@link providerRequest} takes it. */
export class Multipart {
  readonly contentType: string;
  readonly body: Buffer;

  /** @param field the field that holds the file. */
  constructor(fields: readonly FormField[], field: string, { bytes, mimeType, filename }: MediaBytes) {
    const boundary = `skein-${randomUUID()}`;
    const texts = fields.map(({ name, text, contentType }) =>
      [
        `--${boundary}`,
        `content-disposition: form-data; name="${name}"`,
        ...(contentType === undefined ? [] : [`content-type: ${contentType}`]),
        '',
        `${text}\r\n`,
      ].join('\r\n'),
    );
    const head = [
      `--${boundary}`,
      `content-disposition: form-data; name="${field}"; filename="${quotable(filename ?? 'file')}"`,
      `content-type: ${mimeType.replace(/[^\x21-\x7e]/g, '')}`,
    ].join('\r\n');
    this.contentType = `multipart/form-data; boundary=${boundary}`;
    this.body = Buffer.concat([
      Buffer.from(`${texts.join('')}${head}\r\n\r\n`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
  }
}

/** A name that cannot leave its quotes or its line, and is no path. */
function quotable(filename: string): string {
  return filename.replace(/[\p{Cc}"\\/]/gu, '_').slice(0, 200) || 'file';
}
