import type { IncomingMessage } from 'node:http';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readBody, UPLOAD_LIMIT } from '../http/messages.js';

/** Arguments that are objects, and come as JSON text in a form. */
const STRUCTURED: ReadonlySet<string> = new Set(['blocks', 'attachments', 'metadata', 'files']);

/** Arguments of a call, or the error they are. */
export type Arguments = { args: JsonObject } | { error: string };

/**
 * JSON, a form, or the query of a GET. In a form everything is text: structured arguments are JSON in it
 * (docs.slack.dev/apis/web-api, checked 2026-11-21).
 */
export async function readArguments(request: IncomingMessage): Promise<Arguments> {
  const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
  if (request.method === 'GET') return { args: fromForm(query) };
  const body = (await readBody(request, 5 * 1024 * 1024)).toString('utf8');
  const type = request.headers['content-type'] ?? '';
  if (body === '') return { args: fromForm(query) };
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { args: fromForm(new URLSearchParams(body)) };
  if (type.startsWith('application/json')) return fromJson(body);
  return { error: type === '' ? 'missing_post_type' : 'invalid_post_type' };
}

function fromJson(body: string): Arguments {
  const parsed = parse(body);
  return isObject(parsed) ? { args: parsed } : { error: 'invalid_json' };
}

function fromForm(form: URLSearchParams): JsonObject {
  const entries = [...form].map(([name, value]) => [
    name,
    STRUCTURED.has(name) ? (parse(value) ?? value) : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The bytes of an upload: as they are, or the one file of a multipart form. */
export async function readUpload(request: IncomingMessage): Promise<Buffer | undefined> {
  const body = await readBody(request, UPLOAD_LIMIT);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const file = [...form.values()].find((value) => typeof value !== 'string');
    return file === undefined || typeof file === 'string' ? undefined : Buffer.from(await file.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** Text of a call; numbers and flags of a JSON body count as text, as they do in a form. */
export function argument(args: JsonObject, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
