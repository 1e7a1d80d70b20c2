import type { RawData, WebSocket } from 'ws';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { Timers } from '../core/timers.js';

export interface LineParts {
  heartbeatMs: number;
  timers: Timers;
  identify(d: JsonObject): void;
  resume(d: JsonObject): void;
}

/** Payloads that a minute takes; one more closes the line. */
const PER_MINUTE = 120;
const PERIOD_MS = 60_000;
/** Of the heartbeat interval: who is silent for longer is gone. */
const PATIENCE = 1.5;

/** One WebSocket, with the rules that hold whoever is on it (docs.discord.com, gateway, 21 November 2026). */
export class GatewayLine {
  isReady = false;
  private isSilent = false;
  private hasSpoken = false;
  private received: number[] = [];
  private cancelPatience: () => void = () => undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: LineParts,
  ) {
    socket.on('message', (data: RawData) => this.read((data as Buffer).toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isReady = false;
      this.cancelPatience();
    });
  }

  hello(): void {
    this.send({ op: 10, d: { heartbeat_interval: this.parts.heartbeatMs } });
    this.bePatient();
  }

  write(text: string): void {
    if (!this.isSilent && this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  close(code: number, reason: string): void {
    this.isReady = false;
    this.socket.close(code, reason);
  }

  reconnect(): void {
    this.send({ op: 7, d: null });
  }

  invalidSession(isResumable: boolean): void {
    this.send({ op: 9, d: isResumable });
  }

  /** Without a word, as a line that is cut. */
  drop(): void {
    this.isReady = false;
    this.socket.terminate();
  }

  /** The line stays open and nothing comes over it any more. */
  fallSilent(): void {
    this.isSilent = true;
  }

  private send(payload: JsonObject): void {
    this.write(JSON.stringify(payload));
  }

  private read(text: string): void {
    if (!this.isWithinRate()) return this.close(4008, 'Rate limited.');
    let payload: unknown;
    try {
      payload = JSON.parse(text);
    } catch {
      return this.close(4002, 'Error while decoding payload.');
    }
    if (!isObject(payload)) return this.close(4002, 'Error while decoding payload.');
    this.answer(payload['op'], isObject(payload['d']) ? payload['d'] : {});
  }

  private answer(op: unknown, d: JsonObject): void {
    switch (op) {
      case 1:
        this.bePatient();
        return this.send({ op: 11 });
      case 2:
        if (this.hasSpoken) return this.close(4005, 'Already authenticated.');
        this.hasSpoken = true;
        return this.parts.identify(d);
      case 6:
        if (this.hasSpoken) return this.close(4005, 'Already authenticated.');
        this.hasSpoken = true;
        return this.parts.resume(d);
      default:
        return this.hasSpoken ? this.close(4001, 'Unknown opcode.') : this.close(4003, 'Not authenticated.');
    }
  }

  private isWithinRate(now = Date.now()): boolean {
    this.received = this.received.filter((at) => now - at < PERIOD_MS);
    this.received.push(now);
    return this.received.length <= PER_MINUTE;
  }

  private bePatient(): void {
    this.cancelPatience();
    this.cancelPatience = this.parts.timers.after(this.parts.heartbeatMs * PATIENCE, () =>
      this.close(4009, 'Session timed out.'),
    );
  }
}
