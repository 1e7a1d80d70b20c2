import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** A PDU with its fields; C-octet strings are text. */
export interface Pdu {
  command: string;
  command_status: number;
  sequence_number: number;
  isResponse(): boolean;
  response(fields?: Record<string, unknown>): Pdu;
  [field: string]: unknown;
}

export interface SmppSession extends EventEmitter {
  socket: Socket;
  send(pdu: Pdu, onAnswer?: (answer: Pdu) => void): boolean;
  destroy(): void;
}

interface SmppLibrary {
  Session: new (options: { socket: Socket }) => SmppSession;
  PDU: new (command: string, fields?: Record<string, unknown>) => Pdu;
}

/** The package is CommonJS and brings no types. */
export const { Session, PDU } = createRequire(import.meta.url)('smpp') as SmppLibrary;
