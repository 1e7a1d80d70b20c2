import type { MediaBytes } from '@skein/channel-kit';
import type { JsonObject } from '@skein/contracts';
import { randomUUID } from 'node:crypto';

export interface Multipart {
  contentType: string;
  body: Buffer;
}

/** A form with one file (RFC 7578). Fields that are no text are written as JSON, which the Bot API reads. */
export function multipartOf(fields: JsonObject, field: string, file: Required<MediaBytes>): Multipart {
  const boundary = `skein-${randomUUID()}`;
  const texts = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  });
  const head = [
    `--${boundary}`,
    `content-disposition: form-data; name="${field}"; filename="${quotable(file.filename)}"`,
    `content-type: ${file.mimeType.replace(/[^\x21-\x7e]/g, '')}`,
  ].join('\r\n');
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(`${texts.join('')}${head}\r\n\r\n`),
      file.bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

/** A name that cannot leave its quotes or its line, and is no path. */
function quotable(filename: string): string {
  return filename.replace(/[\p{Cc}"\\/]/gu, '_').slice(0, 200) || 'file';
}
