import type { ChannelKind, MessageStatus, Outcome, SendPlan } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import { emailOf, type Email } from './email.js';
import { bodyOf, send } from './send.js';
import type { Delivery, Page, SendInput, TimelineItem } from './types.js';
import { whatsappOf, type WhatsApp } from './whatsapp.js';

/** Which messages to list; everything is optional. */
export interface DeliveryFilter {
  userId?: string;
  status?: MessageStatus;
  /** A kind, or the id of a channel. */
  channel?: ChannelKind | (string & {});
  campaignId?: string;
  since?: string | Date;
  /** 1 to 200, default 50. */
  limit?: number;
  cursor?: string;
}

/** Sends messages and tells what became of them. */
export interface Channels {
  /**
   * Sends to a person on the channel you choose, and waits for the outcome. Where a window is closed the message is held, unless
   * `options.whatsapp.onClosedWindow` says otherwise.
   *
   * @returns the outcome: `delivered` when the platform took it, `queued` when it is held.
   * @throws a `SkeinError`; the message then never goes out later. Only `UnknownOutcomeError` means that it may.
   */
  send(input: SendInput): Promise<Outcome>;
  /** What would happen to a send; nothing is sent. */
  plan(input: SendInput): Promise<SendPlan>;
  /** A message and its status. */
  getStatus(messageId: string): Promise<Delivery>;
  /** What was sent, newest first. */
  listDeliveries(filter?: DeliveryFilter): Promise<Page<Delivery>>;
  /** Every decision, wait, attempt and answer of the platform, in plain words. */
  timeline(messageId: string): Promise<TimelineItem[]>;
  /** Cancels what is scheduled or held. @throws `ConflictError` when it has left */
  cancel(messageId: string): Promise<Outcome>;
  /** Moves what is scheduled to another time. @throws `ConflictError` when it has left */
  reschedule(messageId: string, when: { delay: number } | { scheduleTime: string }): Promise<Outcome>;
  readonly whatsapp: WhatsApp;
  readonly email: Email;
}

/** {@link Channels} over a requester. */
export function channelsOf(requester: Requester): Channels {
  const read = <T>(path: string): Promise<T> => requester.request<T>({ method: 'GET', path });
  return {
    send: (input) => send(requester, input),
    plan: (input) => requester.request({ method: 'POST', path: '/v1/messages/plan', body: bodyOf(input) }),
    getStatus: (id) => read(pathOf(id)),
    listDeliveries: ({ since, ...filter } = {}) =>
      requester.request({
        method: 'GET',
        path: '/v1/messages',
        query: { ...filter, since: since instanceof Date ? since.toISOString() : since },
      }),
    timeline: async (id) => (await read<Page<TimelineItem>>(`${pathOf(id)}/timeline`)).items,
    cancel: (id) => requester.request({ method: 'DELETE', path: pathOf(id) }),
    reschedule: (id, when) => requester.request({ method: 'PATCH', path: pathOf(id), body: when }),
    whatsapp: whatsappOf(requester),
    email: emailOf(requester),
  };
}

function pathOf(messageId: string): string {
  return `/v1/messages/${encodeURIComponent(messageId)}`;
}
