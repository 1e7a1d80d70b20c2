import type { Pdu } from './library.js';
import { bodyOf } from './short-message.js';

/** A receipt as a carrier tells it, before its id is matched. */
export interface CarrierReceipt {
  id: string;
  /** DELIVRD, UNDELIV … (SMPP 3.4, appendix B). */
  state: string;
  /** The network's own code; not always a number. */
  error?: string;
  /** ISO 8601. */
  at: string;
}

/** message_state (5.2.28) as the words of a receipt's text. */
const STATES: Readonly<Record<number, string>> = {
  1: 'ENROUTE',
  2: 'DELIVRD',
  3: 'EXPIRED',
  4: 'DELETED',
  5: 'UNDELIV',
  6: 'ACCEPTD',
  7: 'UNKNOWN',
  8: 'REJECTD',
};

/** esm_class, bits 5 to 2: 0x04 is a receipt, 0x20 an intermediate notification (5.2.12). */
const KIND = 0x3c;
const RECEIPTS: ReadonlySet<number> = new Set([0x04, 0x20]);

/**
 * Reads a receipt; undefined when the PDU is a message of a person. TLVs come before the text, for in the text the id may be in another
 * base. Some carriers leave esm_class at 0: then it is a receipt when it names a message and its state.
 */
export function receiptOf(pdu: Pdu): CarrierReceipt | undefined {
  const text = bodyOf(pdu).text;
  const told = wordsOf(text);
  const id = visible(pdu['receipted_message_id']) ?? told.id;
  const state = STATES[Number(pdu['message_state'])] ?? told.state;
  if (id === undefined || state === undefined) return undefined;
  const isMarked = RECEIPTS.has(Number(pdu['esm_class']) & KIND);
  if (!isMarked && pdu['receipted_message_id'] === undefined) return undefined;
  const error = networkError(pdu['network_error_code']) ?? told.error;
  return { id, state, at: timeOf(told.done), ...(error === undefined ? {} : { error }) };
}

/** True when esm_class says that the PDU is no message of a person. */
export function isReport(pdu: Pdu): boolean {
  return (Number(pdu['esm_class']) & KIND) !== 0;
}

interface Words {
  id?: string;
  state?: string;
  error?: string;
  done?: string;
}

/** `id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…`: free in practice, so each word is looked for alone. */
function wordsOf(text: string): Words {
  const [head = ''] = text.split(/\btext:/i);
  const word = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}:\\s*([^\\s\\0@]+)`, 'i').exec(head)?.[1];
  const [id, state, error, done] = [word('id'), word('stat'), word('err'), word('done date')];
  return {
    ...(id === undefined ? {} : { id }),
    ...(state === undefined ? {} : { state: stateOf(state) }),
    ...(error === undefined || /^0*$/.test(error) ? {} : { error }),
    ...(done === undefined ? {} : { done }),
  };
}

/** Seven letters by the specification; some carriers write the whole word. */
function stateOf(word: string): string {
  const upper = word.toUpperCase();
  return Object.values(STATES).find((state) => state.slice(0, 5) === upper.slice(0, 5)) ?? upper;
}

function visible(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.replaceAll('\0', '').trim() : '';
  return text === '' ? undefined : text;
}

/** One octet for the network, two for its code (5.3.2.31). */
function networkError(value: unknown): string | undefined {
  if (!Buffer.isBuffer(value) || value.length < 3) return undefined;
  const code = value.readUInt16BE(1);
  return code === 0 ? undefined : String(code);
}

/** `YYMMDDhhmm` with or without seconds. Nobody says in which zone, so a time to come is taken for now. */
function timeOf(done: string | undefined): string {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/.exec(done ?? '');
  const now = Date.now();
  if (!match) return new Date(now).toISOString();
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  return new Date(Number.isNaN(at) || at > now ? now : at).toISOString();
}
