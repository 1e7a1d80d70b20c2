import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorFor } from '../errors/index.js';
import type { Requester } from '../http/requester.js';
import { httpHandlerOf, type HttpHandler, type HttpRequest, type HttpResponse } from './http-handler.js';
import { listenOnNats, type NatsSettings } from './nats.js';
import { turnRunnerOf, type OnError, type TurnRunner } from './run-turn.js';
import type { TurnHandler } from './turn.js';

/** How an agent is reached over HTTP. */
export interface HttpSettings {
  /** The signing secret, or several while one is replaced. Environment: `SKEIN_AGENT_SECRET`. */
  secret?: string | readonly string[];
  /** Where to listen, 0 for any free port; left out, only the handler is made. */
  port?: number;
  /** Default: this machine alone. */
  host?: string;
  /** Default `/turns`. */
  path?: string;
  /** Bytes of a turn at most; default 5 MB. */
  maxBytes?: number;
}

/** Which agent is served, and over what: HTTP, NATS or both. */
export interface AgentSettings {
  /** The id of the agent. */
  agent: string;
  http?: HttpSettings;
  nats?: NatsSettings;
  /** Told what the handler threw; default: a warning of the process. */
  onError?: OnError;
}

/** A served agent. */
export interface ServedAgent {
  /** Where turns are posted to; undefined when it does not listen. */
  readonly url: string | undefined;
  /** For a server of your own. */
  readonly handler: HttpHandler;
  /** Takes no more turns, and waits for those that run. */
  close(): Promise<void>;
}

const MAX_BYTES = 5 * 1024 * 1024;

/** Answers the turns of an agent. @throws `NotConfiguredError` without a secret or an address */
export type ServeAgent = (settings: AgentSettings, handler: TurnHandler) => Promise<ServedAgent>;

/** {@link ServeAgent} over a requester, by which turns are answered later. */
export function serveAgentOver(requester: Requester): ServeAgent {
  return (settings, handler) => serve(settings, turnRunnerOf(handler, requester, settings.onError ?? warn));
}

async function serve(settings: AgentSettings, run: TurnRunner): Promise<ServedAgent> {
  const handle = settings.http === undefined ? notServed : handlerOf(settings.agent, settings.http, run);
  const server = await listening(handle, settings.http);
  const nats = settings.nats && (await listenOnNats(settings.nats, settings.agent, run));
  return {
    url: server && addressOf(server, settings.http ?? {}),
    handler: handle,
    close: async () => void (await Promise.all([server && closed(server), nats?.close()])),
  };
}

function handlerOf(
  agent: string,
  { secret, maxBytes = MAX_BYTES }: HttpSettings,
  run: TurnRunner,
): HttpHandler {
  const given = secret ?? process.env['SKEIN_AGENT_SECRET'] ?? [];
  const secrets = (typeof given === 'string' ? [given] : given).filter((one) => one !== '');
  if (secrets.length === 0) {
    throw errorFor('An agent over HTTP needs its signing secret.', {
      code: 'not_configured',
      retryable: false,
      next: ['Give http: { secret }, or set SKEIN_AGENT_SECRET: the signingSecret of POST /v1/agents.'],
    });
  }
  return httpHandlerOf({ agent, secrets, maxBytes, run });
}

async function notServed(_request: HttpRequest, response: HttpResponse): Promise<void> {
  response.writeHead(404, {});
  response.end();
}

async function listening(handle: HttpHandler, http: HttpSettings | undefined): Promise<Server | undefined> {
  if (http?.port === undefined) return undefined;
  const { port, host = '127.0.0.1', path = '/turns' } = http;
  const server = createServer((request, response) => {
    const isOurs = request.url?.split('?')[0] === path;
    void (isOurs ? handle : notServed)(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

function addressOf(server: Server, { host = '127.0.0.1', path = '/turns' }: HttpSettings): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

async function closed(server: Server): Promise<void> {
  // A connection that is busy now would stay open for the next call.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(idle);
}

const warn: OnError = (error) => {
  process.emitWarning(error instanceof Object && 'stack' in error ? String(error.stack) : String(error));
};
