import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProviderAnswer } from '../core/journal.js';
import { readBody, sendBytes, UPLOAD_LIMIT } from '../http/messages.js';
import { invalidParameter } from './checks.js';
import { graphError } from './graph-errors.js';
import { MEDIA_LIMITS } from './limits.js';
import { checkMedia } from './media.js';
import type { StoredMedia } from './media.js';
import type { WhatsAppSide } from './side.js';

/** Upload, description, download and deletion of media. */
export class MediaCalls {
  constructor(private readonly side: WhatsAppSide) {}

  /** Multipart form with `messaging_product`, `file` and `type`; answers `{id}`. */
  async upload(request: IncomingMessage): Promise<ProviderAnswer> {
    const body = await readBody(request, UPLOAD_LIMIT);
    const form = await readForm(body, request.headers['content-type'] ?? '');
    const file = form?.get('file');
    if (!file || typeof file === 'string')
      return graphError(invalidParameter('The parameter file is required.'));
    const type = form?.get('type');
    const mimeType = typeof type === 'string' && type !== '' ? type : file.type;
    const bytes = Buffer.from(await file.arrayBuffer());
    const problems = Object.keys(MEDIA_LIMITS).map((kind) => checkMedia(kind, mimeType, bytes.length));
    const [problem] = problems;
    if (problems.every((each) => each !== undefined) && problem) return graphError(problem);
    return { status: 200, body: { id: this.side.media.add(bytes, mimeType, file.name).id } };
  }

  /** `GET /{media_id}`, or `DELETE`. */
  describe(request: IncomingMessage, media: StoredMedia): ProviderAnswer {
    if (request.method === 'DELETE')
      return { status: 200, body: { success: this.side.media.remove(media.id) } };
    const { id, mimeType, sha256, size } = media;
    // Under the name the caller reached us by, because that is the one it may call.
    const url = `http://${request.headers.host ?? new URL(this.side.world.origin()).host}/whatsapp/lookaside/${id}`;
    const body = { messaging_product: 'whatsapp', url, mime_type: mimeType, sha256, file_size: size, id };
    return { status: 200, body };
  }

  /** The bytes; the caller has shown its token. */
  download(response: ServerResponse, media: StoredMedia): void {
    const bytes = this.side.media.bytes(media);
    const answer = { status: bytes ? 200 : 404, body: null };
    this.side.world.journal.record({
      kind: 'whatsapp',
      address: null,
      operation: 'GET bytes',
      request: { id: media.id },
      answer,
    });
    if (bytes) return sendBytes(response, bytes, media.mimeType);
    response.writeHead(404).end();
  }
}

async function readForm(body: Buffer, contentType: string): Promise<FormData | undefined> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
}
