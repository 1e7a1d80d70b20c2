import type { Loss } from '@skein/contracts';

/** A hostile text can lose something on every line; a report stays readable with this many entries. */
const MAX_LOSSES = 50;

/** Losses in the order in which they were found, equal ones once. */
export class LossList {
  private readonly found = new Map<string, Loss>();
  private more = 0;

  add(component: string, effect: Loss['effect'], detail: string): void {
    const key = `${component} ${effect} ${detail}`;
    if (this.found.has(key)) return;
    if (this.found.size < MAX_LOSSES) this.found.set(key, { component, effect, detail });
    else this.more += 1;
  }

  addAll(losses: readonly Loss[]): void {
    for (const loss of losses) this.add(loss.component, loss.effect, loss.detail);
  }

  all(): Loss[] {
    const losses = [...this.found.values()];
    if (this.more > 0)
      losses.push({ component: 'message', effect: 'downgraded', detail: `${this.more} more losses` });
    return losses;
  }
}
