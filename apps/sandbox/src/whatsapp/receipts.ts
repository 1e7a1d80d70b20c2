import type { SandboxClock } from '../core/clock.js';
import type { JsonObject } from '../core/json.js';
import type { Account } from './accounts.js';
import { statusError } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import type { People, Person, ReceivedMessage } from './people.js';

const PRICING = { billable: true, pricing_model: 'PMP', category: 'service', type: 'regular' };

/** Writes the `statuses[]` of webhooks and decides in which batch each goes. */
export class Receipts {
  constructor(
    private readonly clock: SandboxClock,
    private readonly people: People,
  ) {}

  /** `sent` with the next batch, `delivered` with the one after it; `read` third where everyone reads at once. */
  accepted(account: Account, person: Person, message: ReceivedMessage, outOfOrder: boolean): void {
    const { receipts, autoRead } = account.config;
    if (!receipts) return;
    const order = outOfOrder
      ? ['read', 'delivered', 'sent']
      : autoRead
        ? ['sent', 'delivered', 'read']
        : ['sent', 'delivered'];
    order.forEach((status, stage) => this.push(account, person, this.status(person, message, status), stage));
  }

  failed(account: Account, person: Person, message: ReceivedMessage, problem: GraphProblem): void {
    if (!account.config.receipts) return;
    const status = { ...this.status(person, message, 'failed'), errors: [statusError(problem)] };
    this.push(account, person, status, 0);
  }

  read(account: Account, person: Person, message: ReceivedMessage): void {
    if (account.config.receipts) this.push(account, person, this.status(person, message, 'read'), 0);
  }

  private push(account: Account, person: Person, status: JsonObject, stage: number): void {
    account.outbox.push({ kind: 'status', person: person.key, status }, { stage, ordered: false });
  }

  private status(person: Person, message: ReceivedMessage, status: string): JsonObject {
    const written: JsonObject = { id: message.id, status, timestamp: seconds(this.clock) };
    if (!person.hidePhone && person.waId !== null) written['recipient_id'] = person.waId;
    written['recipient_user_id'] = this.people.userIdOf(person);
    const echo = message.payload['biz_opaque_callback_data'];
    if (echo !== undefined) written['biz_opaque_callback_data'] = echo;
    if (status === 'sent') written['pricing'] = PRICING;
    return written;
  }
}

/** The platform's time stamps: seconds, as a string. */
export function seconds(clock: SandboxClock): string {
  return String(Math.floor(clock.now() / 1000));
}
