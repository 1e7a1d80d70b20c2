import type { IncomingMessage } from 'node:http';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';

export interface UploadedFile {
  filename: string;
  mimeType: string;
  bytes: Buffer;
}

/** A body: JSON, or a form of `payload_json` and `files[n]`. */
export interface Payload {
  json: JsonObject;
  files: UploadedFile[];
}

/** Reads the body of a request; an empty one is an empty object. */
export async function readPayload(request: IncomingMessage, body: Buffer): Promise<Payload | 'broken'> {
  if (body.length === 0) return { json: {}, files: [] };
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readForm(body, type);
  const json = jsonOf(body.toString());
  return json === undefined ? 'broken' : { json, files: [] };
}

async function readForm(body: Buffer, type: string): Promise<Payload | 'broken'> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (!form) return 'broken';
  const files: UploadedFile[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string' || !/^files\[\d+\]$/.test(name)) continue;
    const bytes = Buffer.from(await value.arrayBuffer());
    files.push({ filename: value.name, mimeType: value.type || 'application/octet-stream', bytes });
  }
  const written = form.get('payload_json');
  const text = typeof written === 'string' ? written : await written?.text();
  const json = text === undefined ? {} : jsonOf(text);
  return json === undefined ? 'broken' : { json, files };
}

function jsonOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
