/** One part of a multipart form. */
export interface FormPart {
  name: string;
  /** Only of files. */
  filename?: string;
  mimeType?: string;
  bytes: Buffer;
}

/**
 * Reads a form as leniently as the platform does: clients write its heads with and without spaces and quotes, which stricter readers
 * refuse. Undefined for what is no form.
 */
export function readMultipart(body: Buffer, contentType: string): FormPart[] | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const parts: FormPart[] = [];
  const [mark, separator] = [`--${boundary}`, Buffer.from(`\r\n--${boundary}`)];
  let at = body.indexOf(mark);
  if (at < 0) return undefined;
  at += mark.length;
  while (body.subarray(at, at + 2).toString() === '\r\n') {
    const headEnd = body.indexOf('\r\n\r\n', at);
    const end = body.indexOf(separator, headEnd);
    if (headEnd < 0 || end < 0) return undefined;
    const part = readPart(
      body.subarray(at + 2, headEnd).toString(),
      body.subarray(headEnd + 4, Math.max(end, headEnd + 4)),
    );
    if (part) parts.push(part);
    at = end + separator.length;
  }
  return parts;
}

function readPart(head: string, bytes: Buffer): FormPart | undefined {
  const parameter = (name: string): string | undefined =>
    new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\r\\n]*))`, 'i')
      .exec(head)
      ?.slice(1)
      .find((each) => each !== undefined);
  const name = parameter('name');
  if (name === undefined) return undefined;
  const filename = parameter('filename');
  if (filename === undefined) return { name, bytes };
  const mimeType = /^content-type:\s*([^\r\n;]+)/im.exec(head)?.[1]?.trim();
  return { name, filename, bytes, ...(mimeType === undefined ? {} : { mimeType }) };
}
