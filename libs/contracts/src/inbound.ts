import type { Failure } from './failures.js';
import type { InboundContent } from './inbound-content.js';
import type { ReceiptStatus } from './states.js';

interface InboundBase {
  /** The provider's own id of the event, or one derived from its content; equal for a repeated delivery. */
  eventId: string;
  /** ISO 8601, the provider's clock. */
  at: string;
}

interface FromPerson extends InboundBase {
  /** The address to answer to, in the channel kind's canonical form. */
  address: string;
  /** Other addresses that the provider states for the same person in the same event. */
  aliases?: string[];
  /** The name of the person, or of the room. */
  profileName?: string;
  /** The caller's own id of the person, where the channel has proof of it. */
  userId?: string;
  /** What reaching the address takes besides the address; kept with it and handed to every later call. */
  route?: Record<string, string>;
}

/** One fact out of a provider's webhook or mailbox. */
export type InboundEvent =
  | (FromPerson & { type: 'message'; providerMessageId: string; content: InboundContent; replyTo?: string[] })
  | (FromPerson & { type: 'reaction'; target: string; emoji: string | null })
  | (FromPerson & { type: 'edit'; target: string; text: string })
  | (FromPerson & { type: 'revoke'; target: string })
  | (FromPerson & {
      type: 'consent';
      /** `help` asks what this is and changes nothing. */
      value: 'stop' | 'start' | 'help';
      purpose: 'all' | 'marketing';
      /** How the wish was expressed, kept as evidence. */
      evidence: string;
      /** The platform has answered the person itself. */
      answered?: true;
      /** An ordinary word too, such as YES: it counts only for somebody who is opted out. */
      onlyIfOptedOut?: true;
    })
  /** Everything sent to the address up to that time has reached the status. */
  | (FromPerson & { type: 'watermark'; status: 'delivered' | 'read'; upTo: string })
  | (FromPerson & { type: 'readdressed'; previous: string })
  | (InboundBase & {
      type: 'receipt';
      /** The provider's id of the call; absent in some bounces. */
      providerMessageId?: string;
      /** `<callId>:<attempt>` where the provider echoes our own reference. */
      callRef?: string;
      status: ReceiptStatus | 'failed';
      failure?: Failure;
    })
  | (InboundBase & { type: 'unsupported'; what: string; address?: string });

export type InboundType = InboundEvent['type'];

/** A provider's HTTP call exactly as it came: bytes untouched, header names in lower case. */
export interface RawRequest {
  method: 'GET' | 'POST';
  path: string;
  /** As it was written, with its question mark; '' when there is none. Signatures cover it. */
  search: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Buffer;
}

/** What the provider is answered. */
export interface RawAnswer {
  status: number;
  contentType?: string;
  body?: string;
}
