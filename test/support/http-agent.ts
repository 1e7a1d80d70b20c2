import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stack } from '@skein/testing';

/** One entry of a turn, as an agent reads it. */
export interface AskedEntry {
  id: string;
  author: string;
  purpose: string;
  text: string;
}

/** A turn as it is posted to an agent. */
export interface AskedTurn {
  turnId: string;
  attempt: number;
  conversationId: string;
  message: AskedEntry;
  messages: AskedEntry[];
  instructions: { id: string; text: string; at: string }[];
  history: AskedEntry[];
  channel: { id: string; kind: string };
  turnToken: string;
  apiUrl?: string;
  actions: { name: string }[];
  outputRule: string;
}

/** What the agent says: a JSON body, a status with or without one, or whatever the test writes itself. */
export type Said =
  { body: object; status?: number } | { status: number } | { write: (response: ServerResponse) => unknown };

/** An agent behind HTTP that answers as the test says. */
export class HttpAgent {
  readonly asked: AskedTurn[] = [];
  /** The calls as they came. */
  readonly calls: { headers: IncomingHttpHeaders; body: string }[] = [];
  answer: (turn: AskedTurn) => Said | Promise<Said> = ({ message }) => ({
    body: { text: `re: ${message.text}` },
  });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HttpAgent> {
    const server = createServer((request, response) => {
      void agent.take(request).then((said) => {
        if ('write' in said) return said.write(response);
        response.writeHead(said.status ?? 200).end('body' in said ? JSON.stringify(said.body) : '');
      });
    });
    const agent = new HttpAgent(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return agent;
  }

  /** `host:port`, which the stack must be allowed to call. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Makes an agent of the workspace that this one answers for, and gives it a channel. */
  async serve(
    stack: Stack,
    kind: string,
    agent: { id: string } & Record<string, unknown>,
  ): Promise<{ signingSecret: string }> {
    const backend = { type: 'http', url: `http://${this.host}/turns`, timeoutSeconds: 20 };
    const body = { name: agent.id, backend, ...agent };
    const made = await stack.api<{ signingSecret: string }>('POST', '/v1/agents', { body });
    if (made.status !== 201) throw new Error(`the agent was not made: ${JSON.stringify(made.body)}`);
    await stack.api('PATCH', `/v1/channels/${stack.dev.channels[kind]}`, { body: { agentId: agent.id } });
    return made.body;
  }

  /** The turns that answered for this text. */
  turnsOf(text: string): AskedTurn[] {
    return this.asked.filter(({ messages }) => messages.some((message) => message.text === text));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<Said> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const turn = JSON.parse(body) as AskedTurn;
    this.calls.push({ headers: request.headers, body });
    this.asked.push(turn);
    return this.answer(turn);
  }
}
