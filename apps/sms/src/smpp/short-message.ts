import { mendEscapes } from '../gsm.js';
import type { Pdu } from './library.js';

/** The place of a part in a message that was cut. */
export interface PartOf {
  reference: number;
  total: number;
  part: number;
}

export interface MessageBody {
  text: string;
  partOf?: PartOf;
}

/** The text of a deliver_sm, and which part of a longer one it is. A body that is no text is an empty one. */
export function bodyOf(pdu: Pdu): MessageBody {
  const short = fieldOf(pdu['short_message']);
  const payload = fieldOf(pdu['message_payload']);
  const partOf = concatenation([...short.headers, ...payload.headers]) ?? sarOf(pdu);
  const text = short.text === '' ? payload.text : short.text;
  return { text, ...(partOf === undefined ? {} : { partOf }) };
}

/** Puts the texts of parts together: an escape pair or a surrogate pair may have been cut between them. */
export function joined(parts: readonly string[]): string {
  return mendEscapes(parts.join(''));
}

interface Field {
  text: string;
  headers: Buffer[];
}

/** The library gives `{message, udh}`, the message decoded by data_coding; bytes of another coding stay bytes. */
function fieldOf(value: unknown): Field {
  const { message, udh } = (typeof value === 'object' && value !== null ? value : {}) as {
    message?: unknown;
    udh?: unknown;
  };
  const text = typeof message === 'string' ? message.replace(/\0+$/, '') : '';
  return { text, headers: Array.isArray(udh) ? udh.filter((each) => Buffer.isBuffer(each)) : [] };
}

/** Information elements 0x00 (8-bit reference) and 0x08 (16-bit reference) of 3GPP TS 23.040. */
function concatenation(headers: readonly Buffer[]): PartOf | undefined {
  for (const element of headers) {
    if (element[0] === 0x00 && element.length === 5)
      return valid(element.readUInt8(2), element.readUInt8(3), element.readUInt8(4));
    if (element[0] === 0x08 && element.length === 6)
      return valid(element.readUInt16BE(2), element.readUInt8(4), element.readUInt8(5));
  }
  return undefined;
}

function sarOf(pdu: Pdu): PartOf | undefined {
  if (pdu['sar_msg_ref_num'] === undefined) return undefined;
  return valid(
    Number(pdu['sar_msg_ref_num']),
    Number(pdu['sar_total_segments']),
    Number(pdu['sar_segment_seqnum']),
  );
}

function valid(reference: number, total: number, part: number): PartOf | undefined {
  return total > 1 && total <= 255 && part >= 1 && part <= total ? { reference, total, part } : undefined;
}
