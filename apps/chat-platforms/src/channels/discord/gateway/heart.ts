export interface HeartParts {
  /** Sends a heartbeat; false when it could not be sent now. */
  beat(): boolean;
  /** The last heartbeat was not acknowledged within an interval: the line is dead though it is open. */
  onSilence(): void;
}

/**
 * Keeps a connection alive: the first beat after a random part of the interval, so that a crowd that lost its connection together does not
 * beat together (docs.discord.com, gateway, sending heartbeats).
 */
export class Heart {
  private timer: NodeJS.Timeout | undefined;
  private isAwaiting = false;

  constructor(private readonly parts: HeartParts) {}

  start(intervalMs: number): void {
    this.stop();
    this.isAwaiting = false;
    this.timer = setTimeout(() => this.tick(intervalMs), intervalMs * Math.random());
  }

  /** Discord asks for one at once. */
  beatNow(): void {
    if (this.parts.beat()) this.isAwaiting = true;
  }

  acknowledged(): void {
    this.isAwaiting = false;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private tick(intervalMs: number): void {
    if (this.isAwaiting) return this.parts.onSilence();
    this.beatNow();
    this.timer = setTimeout(() => this.tick(intervalMs), intervalMs);
  }
}
