import type { IncomingMessage } from 'node:http';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readBody } from '../http/messages.js';
import { readMultipart } from './multipart.js';

/** A file that came inside the request. */
export interface Upload {
  bytes: Buffer;
  mimeType: string;
  filename: string;
}

/** The fields of one call, however they were written: query, form, multipart or JSON. Values of forms are text. */
export class Params {
  constructor(
    readonly values: JsonObject,
    readonly uploads: ReadonlyMap<string, Upload> = new Map(),
  ) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' ? value : undefined;
  }

  /** A whole number; undefined for what is none. */
  integer(name: string): number | undefined {
    const text = this.text(name);
    return text !== undefined && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
  }

  /** A structured field, which forms carry as JSON text. */
  json(name: string): unknown {
    const value = this.values[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return undefined;
    }
  }

  /** An uploaded file: the field itself, or one that it names as `attach://<field>`. */
  upload(name: string): Upload | undefined {
    const attached = /^attach:\/\/(.+)$/.exec(this.text(name) ?? '')?.[1];
    return this.uploads.get(attached ?? name);
  }
}

/** The most a call may carry: a file at the platform's limit, and room for its form. */
const BODY_LIMIT = 52 * 1024 * 1024;

/** Reads a call; undefined for a body that cannot be read. @throws a 413 refusal beyond the limit. */
export async function readParams(request: IncomingMessage, search: string): Promise<Params | undefined> {
  const query = Object.fromEntries(new URLSearchParams(search));
  const body = request.method === 'POST' ? await readBody(request, BODY_LIMIT) : Buffer.alloc(0);
  if (body.length === 0) return new Params(query);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return readJson(body, query);
  if (type.startsWith('multipart/form-data')) return readForm(body, type, query);
  return new Params({ ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) });
}

function readJson(body: Buffer, query: JsonObject): Params | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return isObject(parsed) ? new Params({ ...query, ...parsed }) : undefined;
  } catch {
    return undefined;
  }
}

function readForm(body: Buffer, type: string, query: JsonObject): Params | undefined {
  const parts = readMultipart(body, type);
  if (!parts) return undefined;
  const values: JsonObject = { ...query };
  const uploads = new Map<string, Upload>();
  for (const { name, filename, mimeType, bytes } of parts) {
    if (filename === undefined) values[name] = bytes.toString('utf8');
    else uploads.set(name, { bytes, mimeType: typeFor(filename, mimeType), filename });
  }
  return new Params(values, uploads);
}

/** Endings that say more than a client that calls everything a stream of octets. */
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
};

function typeFor(filename: string, given = 'application/octet-stream'): string {
  const ending = filename.split('.').pop()?.toLowerCase() ?? '';
  return given === 'application/octet-stream' && Object.hasOwn(TYPES, ending)
    ? (TYPES[ending] ?? given)
    : given;
}
