import type { CallState, Failure, OnUnknown, Part } from '@skein/contracts';

/** A call as its claim returns it: everything its sender needs, and the token that alone may settle this attempt. */
export interface ClaimedCall {
  id: string;
  workspaceId: string;
  channelId: string;
  laneId: string;
  messageId: string;
  threadId: string;
  address: string;
  route: Record<string, string>;
  part: Part;
  purpose: string;
  needsWindow: boolean;
  onUnknown: OnUnknown;
  /** This attempt's number, from 1. */
  attempt: number;
  token: string;
}

/** A call that reached a state which is final for its lane. */
export interface EndedCall {
  id: string;
  workspaceId: string;
  state: CallState;
}

/** A call that now stands first in its lane and may be claimed. */
export interface NextCall {
  id: string;
  channelId: string;
}

/** One entry of `calls.log`: short, without secrets. */
export interface AttemptNote {
  outcome: string;
  providerCode?: string;
  note?: string;
}

/** What a settled attempt writes. `sending` keeps the call until its lease ends. */
export interface Settlement {
  state: Extract<CallState, 'sent' | 'failed' | 'blocked' | 'returned' | 'retry' | 'sending'>;
  providerId: string | null;
  failure: Failure | null;
  note: AttemptNote;
  /** `retry` only: ms until the next attempt. */
  afterMs: number;
  /** False when the provider did not process the call, so that the attempt is not counted. */
  counted: boolean;
  /** What must stand still with it, in ms. */
  pause?: { scope: 'channel' | 'lane'; ms: number; reason: string; alert: boolean };
  /** The provider says that the person opted out; written to the lane with this evidence. */
  optOutEvidence?: string;
  /** What reaching the address takes, as the answer told it. */
  route?: Record<string, string>;
  /** The address by which the platform knows the person. */
  providerAddress?: string;
}
