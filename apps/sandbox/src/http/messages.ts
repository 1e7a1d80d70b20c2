import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { Refusal } from '../core/refusal.js';

const MEGABYTE = 1024 * 1024;
/** Enough for a document upload at the platform's limit of 100 MB. */
export const UPLOAD_LIMIT = 105 * MEGABYTE;

/** The whole body; a 413 refusal beyond the limit, a rejection when the client goes away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > limit)
        reject(new Refusal(413, 'payload_too_large', `The body is larger than ${limit} bytes.`));
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

/** The body as a JSON object; undefined when it is none. */
export async function readJsonObject(
  request: IncomingMessage,
  limit = MEGABYTE,
): Promise<JsonObject | undefined> {
  const body = await readBody(request, limit);
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  response.end(text);
}

/** Answers with bytes of a given type. */
export function sendBytes(response: ServerResponse, bytes: Buffer, contentType: string): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}
