import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChatEntry {
  role: string;
  content: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/** A request of a chat completion, as a model's server gets it. */
export interface ChatRequest {
  model: string;
  stream: boolean;
  stream_options?: { include_usage: boolean };
  temperature?: number;
  messages: ChatEntry[];
  tools?: { type: string; function: { name: string; parameters: object } }[];
}

export interface ToolCall {
  name: string;
  /** As JSON text, right or wrong. */
  args: string;
}

/** What the model says in one round, or what its server does instead. */
export type Said =
  | { text?: string; calls?: ToolCall[]; tokens?: [number, number] }
  | { status: number; headers?: Record<string, string>; body?: string }
  | { write: (response: ServerResponse) => unknown };

/** A server of the chat-completions protocol: streamed deltas, tool calls in fragments, usage, `[DONE]`. */
export class ModelServer {
  readonly asked: { request: ChatRequest; headers: IncomingHttpHeaders }[] = [];
  say: (request: ChatRequest) => Said = () => ({ text: 'Hello.' });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelServer> {
    const server = createServer((request, response) => {
      void model.take(request).then((said) => answer(response, said));
    });
    const model = new ModelServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** `host:port`, which the stack must be allowed to call. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests of the turns that a person's text started. */
  askedFor(text: string): ChatRequest[] {
    return this.asked.map(({ request }) => request).filter((request) => lastSaid(request) === text);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<Said> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url !== '/v1/chat/completions') return { status: 404 };
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatRequest;
    this.asked.push({ request: asked, headers: request.headers });
    return this.say(asked);
  }
}

/** What the person wrote last. */
export function lastSaid({ messages }: ChatRequest): string | null {
  return messages.filter(({ role }) => role === 'user').at(-1)?.content ?? null;
}

/** What came of the tools that were called in the turn, in order. */
export function resultsIn({ messages }: ChatRequest): Record<string, unknown>[] {
  return messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => JSON.parse(content ?? 'null') as Record<string, unknown>);
}

/** The events of a streamed round; text and arguments come in pieces of three characters. */
export function chunksOf({
  text = '',
  calls = [],
  tokens,
}: Exclude<Said, { status: number } | { write: unknown }>): object[] {
  const delta = (value: object) => ({ choices: [{ index: 0, delta: value, finish_reason: null }] });
  const called = calls.flatMap(({ name, args }, index) => [
    delta({
      tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }],
    }),
    ...piecesOf(args).map((part) => delta({ tool_calls: [{ index, function: { arguments: part } }] })),
  ]);
  const finish = {
    choices: [{ index: 0, delta: {}, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }],
  };
  const usage = tokens && { choices: [], usage: { prompt_tokens: tokens[0], completion_tokens: tokens[1] } };
  return [
    delta({ role: 'assistant', content: '' }),
    ...piecesOf(text).map((part) => delta({ content: part })),
    ...called,
    finish,
    ...(usage ? [usage] : []),
  ];
}

export const eventOf = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;

function answer(response: ServerResponse, said: Said): void {
  if ('write' in said) return void said.write(response);
  if ('status' in said) {
    response
      .writeHead(said.status, { 'content-type': 'application/json', ...said.headers })
      .end(said.body ?? '{}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of chunksOf(said)) response.write(eventOf(chunk));
  response.end('data: [DONE]\n\n');
}

function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,3}/g) ?? [];
}
