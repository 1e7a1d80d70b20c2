import type { InboundEvent } from '@skein/contracts';
import { unsupported } from '@skein/contracts';
import { phoneOf } from './addresses.js';
import { failureOfState } from './failures.js';
import { STATUS } from './library.js';
import type { Pdu } from './library.js';
import type { Inward, Link } from './link.js';
import { canonicalId } from './message-ids.js';
import { PartJoiner } from './part-joiner.js';
import type { JoinedMessage } from './part-joiner.js';
import { isReport, receiptOf } from './receipts.js';
import type { CarrierReceipt } from './receipts.js';
import type { Repeats } from './repeats.js';
import { bodyOf, joined } from './short-message.js';

export interface DeliveryParts {
  link: Link;
  /** Outlives the connection, for what was not acknowledged comes again over the next one. */
  repeats: Repeats;
  /** Resolves when the events are durable. */
  accept(events: InboundEvent[]): Promise<void>;
  refused(detail: string): void;
}

/** How long a receipt waits for the answer to its submit. */
const OVERTAKEN_MS = 2_000;

/** ENROUTE and ACCEPTD say that the SMSC has it, which is what `sent` means. */
const STATES: Readonly<Record<string, 'sent' | 'delivered'>> = {
  ENROUTE: 'sent',
  ACCEPTD: 'sent',
  DELIVRD: 'delivered',
};

/** Reads what the SMSC delivers: receipts and messages of people. Each is acknowledged once it is durable. */
export class Deliveries implements Inward {
  private readonly joiner = new PartJoiner();
  private readonly repeats: Repeats;

  constructor(private readonly parts: DeliveryParts) {
    this.repeats = parts.repeats;
  }

  refused(detail: string): void {
    this.parts.refused(detail);
  }

  /** @returns the command_status of the answer; a refusal makes the SMSC repeat. */
  async deliver(pdu: Pdu, session: object): Promise<number> {
    const receipt = receiptOf(pdu);
    if (receipt) await this.keep(await this.told(receipt));
    else if (isReport(pdu)) await this.keep([unsupported('a report that cannot be read', contentOf(pdu))]);
    else await this.written(pdu, session);
    return STATUS.ok;
  }

  /** Gives out messages whose rest has not come in time; all of them at the end. */
  async flush(everything = false): Promise<void> {
    for (const message of this.joiner.overdue(Date.now(), everything)) {
      const [sender = ''] = message.key.split('\n');
      const eventId = this.repeats.idOf([message.key, message.text], this, Date.now());
      await this.keep([messageOf(sender, eventId, `${message.text}${missing(message)}`)]);
      this.joiner.done(message.key);
    }
  }

  private async keep(events: InboundEvent[]): Promise<void> {
    if (events.length > 0) await this.parts.accept(events);
  }

  private async told({ id, state, error, at }: CarrierReceipt): Promise<InboundEvent[]> {
    const { link } = this.parts;
    const { submitIds, receiptIds } = link.config;
    const canonical = canonicalId(id, receiptIds ?? submitIds);
    const own = (await link.submitted(canonical, OVERTAKEN_MS)) ?? canonical;
    const status = STATES[state] ?? 'failed';
    const providerMessageId = link.parts.tell(own, status);
    if (providerMessageId === undefined) return [];
    const event = {
      type: 'receipt' as const,
      eventId: `${providerMessageId}:${state}`,
      at,
      providerMessageId,
    };
    return [
      status === 'failed'
        ? { ...event, status, failure: failureOfState(state, error) }
        : { ...event, status },
    ];
  }

  private async written(pdu: Pdu, session: object): Promise<void> {
    const sender = phoneOf(pdu['source_addr'], pdu['source_addr_ton']);
    const content = contentOf(pdu);
    const { text, partOf } = bodyOf(pdu);
    const now = Date.now();
    if (sender === undefined || text === '') {
      const what = sender === undefined ? 'a message without a phone number' : 'a message without text';
      const eventId = this.repeats.idOf(content, session, now);
      await this.keep([{ ...unsupported(what, content, sender), eventId }]);
      return this.repeats.kept(eventId, Date.now());
    }
    const whole = partOf && this.joiner.add(sender, partOf, text, now);
    if (partOf && !whole) return;
    const eventId = this.repeats.idOf(whole ? [whole.key, whole.text] : content, session, now);
    await this.keep([messageOf(sender, eventId, whole ? whole.text : joined([text]))]);
    this.repeats.kept(eventId, Date.now());
    if (whole) this.joiner.done(whole.key);
  }
}

function messageOf(address: string, eventId: string, text: string): InboundEvent {
  const at = new Date().toISOString();
  return {
    type: 'message',
    eventId,
    at,
    address,
    providerMessageId: eventId,
    content: { text: storable(text) },
  };
}

/** What of a PDU tells it from another one. */
function contentOf(pdu: Pdu): unknown[] {
  const { text, partOf } = bodyOf(pdu);
  return [pdu['source_addr'], pdu['destination_addr'], pdu['data_coding'], text, partOf ?? null];
}

function missing({ missing: count }: JoinedMessage): string {
  return count === 0 ? '' : ' […]';
}

/** What PostgreSQL can store. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
