import type { Fields } from './fields.js';
import { invalid } from './refusal.js';

/** Faults on command. What each means on a platform is written in that platform's folder. */
export const FAULT_NAMES = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'window_closed',
  'duplicate_webhook',
  'out_of_order',
  'lost_receipt',
] as const;

export type FaultName = (typeof FAULT_NAMES)[number];

export interface Fault {
  kind: string;
  fault: FaultName;
  /** How many more times it strikes. */
  times: number;
  /** Seconds announced with `throttle`. */
  retryAfter?: number;
  /** Milliseconds before the answer of `hang`; absent = never. */
  delayMs?: number;
  /** Strikes only calls to this person or of this channel, when given. */
  address?: string;
  channelId?: string;
}

/** Where a fault may strike. */
export interface FaultScope {
  address?: string | null;
  channelId: string;
}

/** The faults waiting to strike, oldest first. */
export class Faults {
  private waiting: Fault[] = [];

  /** Reads and adds `{kind, fault, times?, retryAfter?, delayMs?, address?, channelId?}`; `supported` is the kind's own list. */
  add(fields: Fields, supported: readonly FaultName[]): Fault {
    const name = fields.text('fault');
    const fault = supported.find((known) => known === name);
    if (fault === undefined) throw invalid('fault', `must be one of ${supported.join(', ')}`);
    const added: Fault = {
      kind: fields.text('kind'),
      fault,
      times: fields.number('times', 1) ?? 1,
      retryAfter: fields.number('retryAfter', 0) ?? undefined,
      delayMs: fields.number('delayMs', 0) ?? undefined,
      address: fields.optionalText('address'),
      channelId: fields.optionalText('channelId'),
    };
    this.waiting.push(added);
    return added;
  }

  /** Uses up one strike of the first matching fault. Costs nothing while none is waiting. */
  take(kind: string, names: readonly FaultName[], scope: FaultScope): Fault | undefined {
    if (this.waiting.length === 0) return undefined;
    const found = this.waiting.find(
      (each) => each.kind === kind && names.includes(each.fault) && inScope(each, scope),
    );
    if (!found) return undefined;
    found.times -= 1;
    if (found.times <= 0) this.waiting = this.waiting.filter((each) => each !== found);
    return found;
  }

  list(): readonly Fault[] {
    return this.waiting;
  }

  clear(): void {
    this.waiting = [];
  }
}

function inScope(fault: Fault, scope: FaultScope): boolean {
  if (fault.channelId !== undefined && fault.channelId !== scope.channelId) return false;
  return fault.address === undefined || sameAddress(fault.address, scope.address ?? '');
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/^\+/, '').toLowerCase() === other.replace(/^\+/, '').toLowerCase();
}
