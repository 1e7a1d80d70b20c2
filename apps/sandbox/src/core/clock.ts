/**
 * The provider side's time: real time plus what `POST /clock` added. Windows, inbox times and the time stamps of
 * webhooks follow it; rates, retries and timers stay on real time.
 */
export class SandboxClock {
  private offsetMs = 0;

  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** ISO 8601 UTC. */
  stamp(at = this.now()): string {
    return new Date(at).toISOString();
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  get offsetSeconds(): number {
    return this.offsetMs / 1000;
  }

  restore(offsetSeconds: number): void {
    this.offsetMs = offsetSeconds * 1000;
  }
}
