import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Fields of a PDU as the library reads and writes them. Text stands for C-octet strings; TLVs are named as in the specification. */
export interface PduFields {
  command_status?: number;
  [field: string]: unknown;
}

export interface Pdu extends PduFields {
  command: string;
  command_status: number;
  sequence_number: number;
  isResponse(): boolean;
  /** The PDU that answers this one. @throws for a command that has no answer. */
  response(fields?: PduFields): Pdu;
}

/** One connection, whoever opened it. Emits `pdu`, `error` and `close`. */
export interface SmppSession extends EventEmitter {
  /** False when the socket is not writable any more. `onAnswer` is called at most once, and never after a loss. */
  send(pdu: Pdu, onAnswer?: (answer: Pdu) => void): boolean;
  destroy(): void;
}

interface SmppLibrary {
  Session: new (options: { socket: Socket }) => SmppSession;
  PDU: new (command: string, fields?: PduFields) => Pdu;
}

/** The package is CommonJS and brings no types; what is used of it stands above. */
export const { Session, PDU } = createRequire(import.meta.url)('smpp') as SmppLibrary;

export type BindCommand = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

/** command_status values that are told apart (SMPP 3.4, 5.1.3). */
export const STATUS = {
  ok: 0x00,
  invalidCommand: 0x03,
  alreadyBound: 0x05,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  invalidSystemId: 0x0f,
  temporary: 0x64,
  prohibited: 0x101,
} as const;
