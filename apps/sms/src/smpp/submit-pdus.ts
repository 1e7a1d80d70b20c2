import type { TextMessage } from '../encode.js';
import { gsmOctets } from '../gsm.js';
import { segmentsOf } from '../segments.js';
import type { SmsEncoding } from '../segments.js';
import { wireAddress } from './addresses.js';
import type { SmppConfig } from './config.js';
import type { PduFields } from './library.js';

/** data_coding: the SMSC's default alphabet, which is GSM 7-bit with one septet in each octet, or UCS-2. */
const DATA_CODING: Record<SmsEncoding, number> = { 'GSM-7': 0, 'UCS-2': 8 };
/** esm_class: the user data begins with a header. */
const HAS_HEADER = 0x40;

/** The submit_sm of a message, one for each part, in order. `reference` marks the parts of one message, 0 to 255. */
export function submitsOf(
  { to, text }: TextMessage,
  config: Pick<SmppConfig, 'sourceAddress' | 'serviceType' | 'longMessages'>,
  reference: number,
): { submits: PduFields[]; encoding: SmsEncoding; segments: number } {
  const { encoding, segments } = segmentsOf(text);
  const common = { ...envelope(to, config), data_coding: DATA_CODING[encoding] };
  const octets = (piece: string): Buffer =>
    encoding === 'GSM-7' ? gsmOctets(piece) : Buffer.from(piece, 'utf16le').swap16();
  const isLong = segments.length > 1;
  const submits =
    isLong && config.longMessages === 'payload'
      ? [{ ...common, short_message: Buffer.alloc(0), message_payload: octets(text) }]
      : segments.map((piece, index) => ({
          ...common,
          ...(isLong ? { esm_class: HAS_HEADER } : {}),
          short_message: isLong
            ? Buffer.concat([header(reference, segments.length, index + 1), octets(piece)])
            : octets(piece),
        }));
  return { submits, encoding, segments: segments.length };
}

/** A final receipt is asked for; validity, priority and schedule are the SMSC's defaults. */
function envelope(
  to: string,
  { sourceAddress, serviceType }: Pick<SmppConfig, 'sourceAddress' | 'serviceType'>,
): PduFields {
  const [source, destination] = [wireAddress(sourceAddress), wireAddress(to)];
  return {
    service_type: serviceType,
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.digits,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.digits,
    esm_class: 0,
    registered_delivery: 1,
  };
}

/** Concatenation with an 8-bit reference (3GPP TS 23.040, 9.2.3.24.1). */
function header(reference: number, total: number, part: number): Buffer {
  return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, part]);
}
