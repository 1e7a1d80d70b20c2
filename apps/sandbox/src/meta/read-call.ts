import type { IncomingMessage } from 'node:http';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readBody, UPLOAD_LIMIT } from '../http/messages.js';

/** A call's fields, and the file of a form. */
export interface CallBody {
  fields: JsonObject;
  file?: { bytes: Buffer; mimeType: string; filename: string };
}

/** JSON, a form, or a form with a file; members of forms may be JSON. Undefined for what is none of them. */
export async function readCall(request: IncomingMessage): Promise<CallBody | undefined> {
  const body = await readBody(request, UPLOAD_LIMIT);
  const contentType = request.headers['content-type'] ?? '';
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(contentType)) {
    return readForm(body, contentType);
  }
  const parsed = parse(body.toString('utf8'));
  return isObject(parsed) ? { fields: parsed } : undefined;
}

async function readForm(body: Buffer, contentType: string): Promise<CallBody | undefined> {
  try {
    const headers = { 'content-type': contentType };
    const form = await new Response(new Uint8Array(body), { headers }).formData();
    const call: CallBody = { fields: {} };
    for (const [name, value] of form.entries()) {
      if (typeof value === 'string') call.fields[name] = parse(value) ?? value;
      else
        call.file = {
          bytes: Buffer.from(await value.arrayBuffer()),
          mimeType: value.type,
          filename: value.name,
        };
    }
    return call;
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
