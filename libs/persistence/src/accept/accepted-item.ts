import type { Author, MessageStatus, Origin, Purpose, SendCommand } from '@skein/contracts';

/** One command on its way to becoming a row. */
export interface AcceptItem {
  workspaceId: string;
  /** Computed from the idempotency key where there is one, so that the primary key is the duplicate check. */
  messageId: string;
  idempotencyKey: string | null;
  /** SHA-256 of the body as received; a batch has one for the whole body. */
  bodyHash: Buffer;
  command: SendCommand;
  author: Author;
  origin: Origin | null;
  purpose: Purpose;
  campaignId: string | null;
  dueAt: Date | null;
  /** The turn this answers; the router then uses the turn's lane. */
  turnId?: string | null;
  /** What the thread shows. */
  text: string | null;
  traceId?: string | null;
}

export interface AcceptResult {
  messageId: string;
  /** `conflict`: the key was used with another body; nothing was written. */
  outcome: 'created' | 'duplicate' | 'conflict';
  status: MessageStatus;
}
