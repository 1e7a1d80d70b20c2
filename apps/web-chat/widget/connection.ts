import { CLOSE, type ClientFrame, type ServerFrame } from '../src/protocol.js';

export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'refused';

export interface ConnectionParts {
  url: string;
  hello: () => ClientFrame;
  onFrame: (frame: ServerFrame) => void;
  onState: (state: ConnectionState) => void;
}

const PING_MS = 20_000;
const PONG_MS = 8_000;
const RETRY_MS = { first: 400, most: 30_000 };
const FINAL: ReadonlySet<number> = new Set([CLOSE.frame, CLOSE.identity, CLOSE.channel, CLOSE.version]);

/** Keeps one WebSocket open for as long as the page lives: pings it, and dials again with growing pauses. */
export class Connection {
  state: ConnectionState = 'idle';
  private socket: WebSocket | undefined;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: ConnectionParts) {
    addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
  }

  start(): void {
    if (this.state === 'idle') this.dial();
  }

  /** Ends for good. */
  stop(): void {
    removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
    this.drop();
  }

  /** False when there is no connection; nothing is kept. */
  send(frame: ClientFrame): boolean {
    if (this.state !== 'open') return false;
    this.socket?.send(JSON.stringify(frame));
    return true;
  }

  /** The network or the person is back: no reason to wait. */
  private readonly hurry = (): void => {
    if (document.visibilityState !== 'visible') return;
    if (this.state === 'waiting') this.dial();
    else if (this.state === 'open') this.ping();
  };

  private dial(): void {
    this.drop();
    this.enter('connecting');
    const socket = new WebSocket(this.parts.url);
    this.socket = socket;
    // A connection attempt that hangs counts as lost.
    this.pongTimer = setTimeout(() => this.lost(socket, 0), PONG_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.parts.hello()));
    socket.onmessage = ({ data }) => this.hear(socket, String(data));
    socket.onclose = ({ code }) => this.lost(socket, code);
  }

  private hear(socket: WebSocket, data: string): void {
    if (socket !== this.socket) return;
    const frame = JSON.parse(data) as ServerFrame;
    clearTimeout(this.pongTimer);
    if (frame.type === 'welcome') {
      this.failures = 0;
      this.enter('open');
      this.schedulePing();
    }
    this.parts.onFrame(frame);
  }

  private schedulePing(): void {
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => this.ping(), PING_MS);
  }

  private ping(): void {
    const { socket } = this;
    if (!socket || !this.send({ type: 'ping' })) return;
    clearTimeout(this.pongTimer);
    this.pongTimer = setTimeout(() => this.lost(socket, 0), PONG_MS);
    this.schedulePing();
  }

  private lost(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.drop();
    if (FINAL.has(code)) return this.enter('refused');
    this.enter('waiting');
    const pause = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.failures);
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.dial(), pause * (0.7 + Math.random() * 0.6));
  }

  private drop(): void {
    for (const timer of [this.retryTimer, this.pingTimer, this.pongTimer]) clearTimeout(timer);
    const { socket } = this;
    this.socket = undefined;
    if (socket) {
      socket.onclose = socket.onmessage = socket.onopen = null;
      socket.close();
    }
  }

  private enter(state: ConnectionState): void {
    this.state = state;
    this.parts.onState(state);
  }
}
