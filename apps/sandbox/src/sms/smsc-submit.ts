import { randomBytes } from 'node:crypto';
import type { Fault } from '../core/faults.js';
import type { SmppAccount } from './accounts.js';
import { countSegments } from './count-segments.js';
import { magicOf } from './magic.js';
import type { SmsSide } from './side.js';
import type { Pdu } from './smpp-library.js';
import { DELIVERED, receiptPdu } from './smsc-deliveries.js';
import type { ReceiptState } from './smsc-deliveries.js';

export interface SubmitAnswer {
  status: number;
  messageId: string;
}

const HAS_HEADER = 0x40;
const refused = (status: number): SubmitAnswer => ({ status, messageId: '' });

/** The parts of a long message that are there so far, by receiver and reference. */
type OpenParts = Map<string, Map<number, string>>;

/** Takes one submit_sm through the SMSC's rules; its receipt follows, before the answer when `early`. */
export function takeSubmit(
  side: SmsSide,
  account: SmppAccount,
  open: OpenParts,
  pdu: Pdu,
  early: boolean,
): SubmitAnswer {
  const digits = String(pdu['destination_addr']);
  if (pdu['dest_addr_ton'] !== 1 || !/^[1-9]\d{6,14}$/.test(digits)) return refused(0x0b);
  if (!isOwnSource(account, pdu)) return refused(0x0a);
  if (pdu['data_coding'] !== 0 && pdu['data_coding'] !== 8) return refused(0x104);
  const body = bodyOf(pdu);
  if (!body) return refused(0x01);
  const magic = magicOf(digits);
  if (magic && 'status' in magic.smpp) return refused(magic.smpp.status);
  const messageId = newId(account);
  const state = magic && 'state' in magic.smpp ? magic.smpp : DELIVERED;
  if (state === DELIVERED) show(side, account, open, { digits, messageId, body, pdu });
  if (account.config.receipts && pdu['registered_delivery'] === 1)
    sendReceipt(side, account, pdu, { messageId, digits, state, early });
  side.world.changed();
  return { status: 0, messageId };
}

function isOwnSource({ config }: SmppAccount, pdu: Pdu): boolean {
  return pdu['source_addr'] === config.sourceAddress.replace(/^\+/, '');
}

/** Lower-case hexadecimal or decimal, always of 8 or more digits. */
function newId({ config }: SmppAccount): string {
  const number = randomBytes(4).readUInt32BE() | 0x10000000;
  return config.messageIds === 'decimal' ? String(number >>> 0) : (number >>> 0).toString(16);
}

interface Body {
  text: string;
  reference?: number;
  total: number;
  part: number;
}

/** The text and the place of the part; undefined when there is more than a message holds. */
function bodyOf(pdu: Pdu): Body | undefined {
  const { message, udh } = (pdu['short_message'] ?? {}) as { message?: unknown; udh?: Buffer[] };
  const payload = (pdu['message_payload'] ?? {}) as { message?: unknown };
  const text = typeof message === 'string' ? message : '';
  if (text === '' && typeof payload.message === 'string') return { text: payload.message, total: 1, part: 1 };
  const header = (Number(pdu['esm_class']) & HAS_HEADER) === 0 ? undefined : udh?.[0];
  const octets = pdu['data_coding'] === 8 ? text.length * 2 : gsmOctets(text);
  if (octets > (header ? 134 + (pdu['data_coding'] === 8 ? 0 : 19) : pdu['data_coding'] === 8 ? 140 : 160))
    return undefined;
  return header
    ? { text, reference: header[2] ?? 0, total: header[3] ?? 1, part: header[4] ?? 1 }
    : { text, total: 1, part: 1 };
}

function gsmOctets(text: string): number {
  return [...text].reduce((sum, each) => sum + (/[\f^{}\\[\]~|€]/.test(each) ? 2 : 1), 0);
}

interface Shown {
  digits: string;
  messageId: string;
  body: Body;
  pdu: Pdu;
}

/** The phone shows a message when all of its parts are there. */
function show(
  side: SmsSide,
  account: SmppAccount,
  open: OpenParts,
  { digits, messageId, body, pdu }: Shown,
): void {
  const key = `${digits}/${body.reference ?? messageId}/${body.total}`;
  const parts = open.get(key) ?? new Map<number, string>();
  parts.set(body.part, body.text);
  open.set(key, parts);
  if (parts.size < body.total) return;
  open.delete(key);
  const text = [...parts]
    .sort(([one], [other]) => one - other)
    .map(([, piece]) => piece)
    .join('');
  side.people.receive(side.people.at(digits), {
    id: messageId,
    atMs: side.world.clock.now(),
    channelId: account.config.channelId,
    text,
    files: [],
    segments: body.total > 1 ? body.total : countSegments(text),
    raw: { data_coding: pdu['data_coding'], esm_class: pdu['esm_class'], parts: body.total },
    read: false,
  });
}

function sendReceipt(
  { world }: SmsSide,
  account: SmppAccount,
  pdu: Pdu,
  {
    messageId,
    digits,
    state,
    early,
  }: { messageId: string; digits: string; state: ReceiptState; early: boolean },
): void {
  const scope = { channelId: account.config.channelId, address: digits };
  if (world.faults.take('sms', ['lost_receipt'], scope)) return;
  const submit = {
    id: messageId,
    source: String(pdu['source_addr']),
    destination: digits,
    atMs: world.clock.now(),
  };
  const delivery = { person: `+${digits}`, pdu: receiptPdu(account, submit, state) };
  account.outbox.push(delivery, { stage: early ? 0 : 3, ordered: false });
}

export const statusOfFault: Partial<Record<Fault['fault'], number>> = { throttle: 0x58, error: 0x08 };
