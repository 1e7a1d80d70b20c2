import type { SandboxClock } from '../core/clock.js';
import { objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { Account } from './accounts.js';
import type { Person, ReceivedMessage } from './people.js';
import type { Platform } from './platform.js';

/** The id of the app that sends, as echoes name it. */
const APP_ID = 1517776481860111;

/** Tells the account what became of its own messages: echoes, deliveries, reading. */
export class Receipts {
  constructor(
    private readonly clock: SandboxClock,
    private readonly platform: Platform,
  ) {}

  /** The echo with the next batch, the delivery with the one after it; the other way about, and as read, where that is asked for. */
  accepted(account: Account, person: Person, message: ReceivedMessage, outOfOrder: boolean): void {
    const { receipts, echoes } = account.config;
    const told: JsonObject[] = [];
    if (echoes) told.push(this.echo(account, person, message));
    if (receipts && this.platform.hasWatermarks) told.push(this.delivery(account, person, message));
    if (receipts && outOfOrder) told.push(this.reading(account, person, message));
    (outOfOrder ? told.reverse() : told).forEach((event, stage) =>
      account.outbox.push({ person: person.id, event }, { stage, ordered: false }),
    );
  }

  /** With marks one event says it for all of them, without each message has its own. */
  read(account: Account, person: Person, messages: readonly ReceivedMessage[]): void {
    if (!account.config.receipts) return;
    const told = this.platform.hasWatermarks ? messages.slice(-1) : messages;
    for (const message of told) {
      const event = this.reading(account, person, message);
      account.outbox.push({ person: person.id, event }, { ordered: false });
    }
  }

  private echo({ config }: Account, person: Person, { id, atMs, payload }: ReceivedMessage): JsonObject {
    const { metadata, text, attachment } = objectOf(payload['message']) ?? {};
    const marked = this.platform.echoesMetadata && metadata !== undefined ? { app_id: APP_ID, metadata } : {};
    const said = attachment === undefined ? { text } : { attachments: [attachment] };
    return {
      sender: { id: config.accountId },
      recipient: { id: person.id },
      timestamp: atMs,
      message: { mid: id, is_echo: true, ...marked, ...said },
    };
  }

  /** The platform's own example has no time but the mark. */
  private delivery({ config }: Account, person: Person, { id, atMs }: ReceivedMessage): JsonObject {
    const mids = config.deliveryIds ? { mids: [id] } : {};
    return { ...this.from(person, config.accountId), delivery: { ...mids, watermark: atMs } };
  }

  private reading({ config }: Account, person: Person, { id, atMs }: ReceivedMessage): JsonObject {
    const read = this.platform.hasWatermarks ? { watermark: atMs } : { mid: id };
    return { ...this.from(person, config.accountId), timestamp: this.clock.now(), read };
  }

  private from(person: Person, accountId: string): JsonObject {
    return { sender: { id: person.id }, recipient: { id: accountId } };
  }
}
