import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ChannelAccount, Listener } from '@skein/channel-kit';
import { WebSocketServer } from 'ws';
import type { WebChatConfig } from './config.js';
import { demoPage } from './demo-page.js';
import type { Desk } from './desk.js';
import { Buckets, Counts } from './limits.js';
import { mayOpen } from './origins.js';
import { CLOSE, LIMITS } from './protocol.js';
import { Session } from './session.js';
import { takeUpload, type UploadParts } from './upload.js';
import { sendWidget } from './widget-file.js';

export interface ListenParts {
  desk: Desk;
  /** 0 = any free one. */
  port: number;
  /** Where browsers reach this service; undefined = this machine. */
  publicUrl: string | undefined;
  /** Development has a demo page. */
  hasDemo: boolean;
  channel(id: string): Promise<ChannelAccount<WebChatConfig> | undefined>;
  store: UploadParts['store'];
}

const CHECK_MS = 30_000;
/** New connections a second from one network address, and at once. */
const CONNECTS = { perSecond: 5, burst: 100 };

/** Serves widget, connections and uploads. */
export async function listen(parts: ListenParts): Promise<Listener> {
  const door = new Door(parts);
  const server = createServer((request, response) => void door.answer(request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    void door.upgrade(request, socket, head);
  });
  const port = await opened(server, parts.port);
  door.own = ownOrigins(parts.publicUrl, port);
  const timer = setInterval(() => parts.desk.each((session) => session.check()), CHECK_MS);
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      clearInterval(timer);
      door.stopping = true;
      parts.desk.hub.stop();
      parts.desk.each((session) => session.close(CLOSE.restart));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const force = setTimeout(() => {
        door.terminate();
        server.closeAllConnections();
      }, 1000);
      await closed;
      clearTimeout(force);
    },
  };
}

function opened(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function ownOrigins(publicUrl: string | undefined, port: number): string[] {
  const local = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}`);
  return publicUrl === undefined ? local : [new URL(publicUrl).origin];
}

/** Who may come in, and to what. */
class Door {
  own: string[] = [];
  stopping = false;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.frameBytes,
    clientTracking: true,
  });
  private readonly open = new Counts();
  private readonly connects = new Buckets(CONNECTS.perSecond, CONNECTS.burst);

  constructor(private readonly parts: ListenParts) {}

  terminate(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(request, response);
    } catch (error) {
      this.parts.desk.failed(error);
      if (!response.headersSent) response.writeHead(503);
      response.end();
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = addressOf(request);
    const [, first, id = '', last] = pathname.split('/');
    if (pathname === '/widget.js') return sendWidget(request, response);
    const isUpload = first === 'chat' && last === 'files';
    const isDemo = this.parts.hasDemo && first === 'demo' && last === undefined;
    const account = isUpload || isDemo ? await this.parts.channel(id) : undefined;
    if (account === undefined) return refuse(response, 404, 'There is nothing here.');
    if (isDemo) return demoPage(response, account, addressOf(request).searchParams);
    const origin = this.originOf(request, account);
    if (origin === undefined) return refuse(response, 403, 'This page may not use the chat.');
    const ip = ipOf(request, account.config.trustedProxies);
    await takeUpload(request, response, { account, origin, ip, store: this.parts.store });
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const [, first, id = '', ...more] = addressOf(request).pathname.split('/');
      const account = first === 'chat' && more.length === 0 ? await this.parts.channel(id) : undefined;
      if (account === undefined) return hangUp(socket, '404 Not Found');
      if (this.stopping) return hangUp(socket, '503 Service Unavailable');
      if (this.originOf(request, account) === undefined) return hangUp(socket, '403 Forbidden');
      const key = `${account.id} ${ipOf(request, account.config.trustedProxies)}`;
      const { connectionsPerIp } = account.config;
      if (this.connects.take(key) > 0 || !this.open.enter(key, connectionsPerIp))
        return hangUp(socket, '429 Too Many Requests');
      this.connect(request, socket, head, { account, onLeft: () => this.open.leave(key) });
    } catch (error) {
      this.parts.desk.failed(error);
      hangUp(socket, '503 Service Unavailable');
    }
  }

  private connect(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { account, onLeft }: { account: ChannelAccount<WebChatConfig>; onLeft: () => void },
  ): void {
    let isOpen = false;
    // A peer that is gone before the handshake ends never becomes a session.
    socket.once('close', () => isOpen || onLeft());
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      isOpen = true;
      const session = new Session(webSocket, account, this.parts.desk);
      this.parts.desk.entered(session, onLeft);
    });
  }

  /** The page's origin when it may use the chat. */
  private originOf(request: IncomingMessage, { config }: ChannelAccount<WebChatConfig>): string | undefined {
    const { origin } = request.headers;
    return mayOpen(origin, config.origins, this.own) ? origin : undefined;
  }
}

function addressOf(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  const base = 'http://chat.invalid';
  return URL.canParse(path, base) ? new URL(path, base) : new URL(base);
}

/** The peer's network address; behind trusted proxies, what the outermost of them saw. */
function ipOf(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return direct;
  const told = String(request.headers['x-forwarded-for'] ?? '').split(',');
  return told.at(-trustedProxies)?.trim() || direct;
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(detail);
}

function hangUp(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
