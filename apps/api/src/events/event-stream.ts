import type { ServerResponse } from 'node:http';
import { isClosed } from '../http/gone.js';

/** Milliseconds between signs of life: proxies cut silent connections after 30 s and more. */
export const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a reader that takes nothing is cut off. It comes back with the id of the last event it has. */
const SLOW_MS = 15_000;

/** Server-sent events over one response. Holds no more than the response's own buffer. */
export class EventStream {
  private readonly aborted = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    headers: Record<string, string>,
    private readonly slowMs = SLOW_MS,
  ) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx gathers answers unless told not to.
      'x-accel-buffering': 'no',
      ...headers,
    });
    // While the key was looked up, say: a closed response takes what is written and never closes again.
    if (isClosed(response)) this.aborted.abort();
    response.once('close', () => this.aborted.abort());
    // A connection that was reset is a reader that went away.
    response.on('error', () => this.aborted.abort());
  }

  /** Aborted when the reader is gone or was cut off. */
  get signal(): AbortSignal {
    return this.aborted.signal;
  }

  /** Writes one block; resolves when there is room for another. */
  async send(block: Record<string, string>): Promise<void> {
    const text = Object.entries(block).map(([name, value]) => `${name}: ${value}\n`);
    await this.write(`${text.join('')}\n`);
  }

  /** Shows that the connection lives, unless it is known to be full. */
  beat(): void {
    if (!this.signal.aborted && !this.response.writableNeedDrain) this.response.write(': heartbeat\n\n');
  }

  /** Ends the answer; the reader comes back by itself. */
  close(): void {
    this.aborted.abort();
    this.response.end();
  }

  private async write(text: string): Promise<void> {
    if (this.signal.aborted || this.response.write(text)) return;
    const hasRoom = await this.drained();
    if (!hasRoom) this.response.destroy();
  }

  /** False when the reader takes too long. */
  private drained(): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (hasRoom: boolean) => {
        clearTimeout(timer);
        this.response.off('drain', onDrain);
        this.signal.removeEventListener('abort', onDrain);
        resolve(hasRoom);
      };
      const onDrain = () => done(true);
      const timer = setTimeout(() => done(false), this.slowMs);
      this.response.once('drain', onDrain);
      this.signal.addEventListener('abort', onDrain, { once: true });
    });
  }
}
