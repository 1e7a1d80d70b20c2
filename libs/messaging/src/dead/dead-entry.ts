import { isUtf8 } from 'node:buffer';
import { workspaceOf } from '@skein/contracts';

/** Something that could not be handled, with what is needed to understand and repeat it. */
export interface DeadEntry {
  /** ISO time at which it was given up. */
  at: string;
  /** The service or consumer that gave up. */
  service: string;
  reason: string;
  /** The subject a replay publishes on; absent when there is nothing to replay. */
  subject?: string;
  /** What was published, as text, or as base64 when it is not UTF-8. */
  payload: string;
  encoding: 'utf8' | 'base64';
  /** Where it came from, when it was a message. */
  source?: { stream: string; seq: number; deliveries: number };
}

/** A stored entry; `seq` is its number in DEAD and the id that a replay takes. */
export interface StoredDeadEntry extends DeadEntry {
  seq: number;
  ws: string;
}

/** Stands for the workspace of a subject that names none, as those of DELIVER do. */
export const NO_WORKSPACE = '_';

/** The workspace whose people should see what became of a message. */
export function ownerOf(subject: string): string {
  const isDelivery = subject.startsWith('skein.deliver.');
  return (isDelivery ? undefined : workspaceOf(subject)) || NO_WORKSPACE;
}

/** The payload members of an entry. */
export function payloadOf(bytes: Uint8Array): Pick<DeadEntry, 'payload' | 'encoding'> {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { payload: Buffer.from(bytes).toString(encoding), encoding };
}

/** The bytes an entry's payload was made from. */
export function bytesOf(entry: DeadEntry): Uint8Array {
  return Buffer.from(entry.payload, entry.encoding);
}
