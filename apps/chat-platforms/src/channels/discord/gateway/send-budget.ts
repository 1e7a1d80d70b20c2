const PERIOD_MS = 60_000;
/** 120 in 60 s close the connection (docs.discord.com, gateway, rate limiting); regular heartbeats are two of them. */
const LIMIT = 110;

/** Counts what is sent, so that whoever asks for heartbeats without end does not talk us into a ban. */
export class SendBudget {
  private sent: number[] = [];

  /** Takes one; false when the last minute is full. */
  take(now = Date.now()): boolean {
    this.sent = this.sent.filter((at) => now - at < PERIOD_MS);
    if (this.sent.length >= LIMIT) return false;
    this.sent.push(now);
    return true;
  }
}
