import { Agent, request } from 'undici';

export interface HttpAnswer<T = unknown> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed when the answer is JSON, else text. */
  body: T;
}

export interface HttpOptions {
  headers?: Record<string, string>;
  /** A string or bytes go as they are; anything else as JSON. */
  body?: unknown;
}

export interface HttpClient {
  call: <T = unknown>(method: string, path: string, options?: HttpOptions) => Promise<HttpAnswer<T>>;
  close: () => Promise<void>;
}

/** A client for one base address with connections of its own, so that a test leaves no socket open. */
export function httpClient(baseUrl: string, always: Record<string, string> = {}): HttpClient {
  const dispatcher = new Agent({ connections: 128 });
  return {
    call: async <T>(method: string, path: string, options: HttpOptions = {}) => {
      const { body, type } = encode(options.body);
      const headers = { ...always, ...type, ...options.headers };
      const answer = await request(`${baseUrl}${path}`, { method, headers, body, dispatcher });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, body: decode(text, answer.headers) as T };
    },
    close: () => dispatcher.close(),
  };
}

/** What a client sees of a refusal at the headers while it is still writing: the answer, or a line that is cut. */
const CUT: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'];

/** The status of an answer to something too large; `cut` when the line was cut before it could be read. */
export function statusOrCut(answer: Promise<{ status: number } | number>): Promise<number | 'cut'> {
  return answer.then(
    (told) => (typeof told === 'number' ? told : told.status),
    (error: NodeJS.ErrnoException) => {
      if (CUT.includes(error.code)) return 'cut';
      throw error;
    },
  );
}

function encode(body: unknown): { body?: string | Uint8Array; type?: Record<string, string> } {
  if (body === undefined) return {};
  const isRaw = typeof body === 'string' || ArrayBuffer.isView(body);
  return {
    body: isRaw ? (body as string | Uint8Array) : JSON.stringify(body),
    type: { 'content-type': 'application/json' },
  };
}

function decode(text: string, headers: HttpAnswer['headers']): unknown {
  return /json/.test(String(headers['content-type'])) && text ? (JSON.parse(text) as unknown) : text;
}
