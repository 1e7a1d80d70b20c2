import type { Fields } from '../core/fields.js';
import { invalid, Refusal } from '../core/refusal.js';
import type { JsonObject } from '../core/json.js';
import type { SmppAccount } from './accounts.js';
import { countSegments } from './count-segments.js';
import type { Person } from './people.js';
import type { SmsSide } from './side.js';

/** One deliver_sm on its way to a bound receiver. */
export interface Delivery {
  person: string;
  pdu: Record<string, unknown>;
}

export interface ReceiptState {
  state: number;
  word: string;
  error: string;
}

export const DELIVERED: ReceiptState = { state: 2, word: 'DELIVRD', error: '000' };

const RECEIPT = 0x04;
const HAS_HEADER = 0x40;
const UCS2 = 8;

/** The id as a receipt writes it: in another base where the account is of that sort. */
function receiptId({ config }: SmppAccount, id: string): string {
  return config.messageIds === 'mixed' ? BigInt(`0x${id}`).toString() : id;
}

/** The deliver_sm of a receipt (SMPP 3.4, appendix B and 5.3.2), in the account's style. */
export function receiptPdu(
  account: SmppAccount,
  submit: { id: string; source: string; destination: string; atMs: number },
  { state, word, error }: ReceiptState,
): Record<string, unknown> {
  const { receiptStyle } = account.config;
  const addresses = {
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: submit.destination,
    destination_addr: submit.source,
  };
  const id = receiptId(account, submit.id);
  const tlvs = {
    receipted_message_id: submit.id,
    message_state: state,
    network_error_code: Buffer.from([3, 0, Number.parseInt(error, 10) || 0]),
  };
  const date = stampOf(submit.atMs, receiptStyle === 'text');
  const text = `id:${id} sub:001 dlvrd:001 submit date:${date} done date:${date} stat:${word} err:${error} text:`;
  if (receiptStyle === 'bare') return { ...addresses, esm_class: 0, ...tlvs, short_message: Buffer.alloc(0) };
  const sloppy = Buffer.from(`${text.replace(/text:$/, 'Text:')}hello\0`, 'latin1');
  const body = receiptStyle === 'text' ? sloppy : Buffer.from(text, 'latin1');
  const full = receiptStyle === 'full' && account.config.messageIds !== 'mixed' ? tlvs : {};
  return { ...addresses, esm_class: RECEIPT, data_coding: 0, short_message: body, ...full };
}

/** YYMMDDhhmm, with seconds where the carrier writes them. */
function stampOf(atMs: number, withSeconds: boolean): string {
  const digits = new Date(atMs).toISOString().replace(/\D/g, '').slice(2);
  return digits.slice(0, withSeconds ? 12 : 10);
}

let reference = 0;

/** The person writes: one deliver_sm, or several with a header when the text is long. `order: "reversed"` sends the last part first. */
export function writeToSmsc(side: SmsSide, account: SmppAccount, person: Person, fields: Fields): JsonObject {
  if (fields.has('media')) throw new Refusal(409, 'not_supported', 'SMPP carries no files.');
  const text = fields.optionalText('text');
  if (text === undefined) throw invalid('text', 'is required');
  const parts = partsOf(text);
  if (fields.optionalText('order') === 'reversed') parts.reverse();
  const only = fields.number('only', 1);
  const sent = typeof only === 'number' ? parts.slice(0, only) : parts;
  for (const part of sent) {
    const pdu = {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: person.address.slice(1),
      destination_addr: account.config.sourceAddress.replace(/^\+/, ''),
      ...part,
      ...fields.object('raw')?.body,
    };
    account.outbox.push({ person: person.address, pdu });
  }
  const atMs = side.world.clock.now();
  const { channelId } = account.config;
  const id = `mo-${atMs}-${person.written.length}`;
  side.people.wrote(person, { id, atMs, channelId, text });
  return { id, parts: parts.length };
}

/** Everything goes as UCS-2, in units of 67: surrogate pairs may come apart, as they do at some carriers. */
function partsOf(text: string): Record<string, unknown>[] {
  const octets = (piece: string): Buffer => Buffer.from(piece, 'utf16le').swap16();
  if (countSegments(text) === 1 && text.length <= 70)
    return [{ data_coding: UCS2, short_message: octets(text) }];
  const pieces = text.match(/[\s\S]{1,67}/g) ?? [];
  reference = (reference + 1) & 0xff;
  return pieces.map((piece, index) => ({
    data_coding: UCS2,
    esm_class: HAS_HEADER,
    short_message: Buffer.concat([
      Buffer.from([5, 0, 3, reference, pieces.length, index + 1]),
      octets(piece),
    ]),
  }));
}
