import type { ChannelAccount } from '@skein/channel-kit';
import type { WebChatConfig } from './config.js';
import { markAcknowledged, receiptsUpTo, type AckStatus } from './acks.js';
import type { Desk } from './desk.js';
import type { Place } from './entries.js';
import { wrongWith } from './frames.js';
import type { Client } from './hub.js';
import { CLOSE, type ClientFrame, type RefusedFrame, type ServerFrame } from './protocol.js';
import { entriesBefore, findEntry } from './reading.js';
import { eventOf, offered, saidOf, uploadsOf, type Speaker } from './said.js';

/** A person who said hello. */
export interface Speaking {
  account: ChannelAccount<WebChatConfig>;
  speaker: Speaker;
  place: Place;
}

/** The connection that a frame came on. */
export interface Line extends Client {
  send(frame: ServerFrame): void;
  close(code: number): void;
}

type MessageFrame = Extract<ClientFrame, { type: 'message' }>;

/** Handles a frame of somebody who said hello. @throws when the database is away. */
export async function hear(frame: ClientFrame, speaking: Speaking, desk: Desk, line: Line): Promise<void> {
  switch (frame.type) {
    case 'ping':
      return line.send({ type: 'pong' });
    case 'message':
      return say(frame, speaking, desk, line);
    case 'history': {
      const { entries, more } = await entriesBefore(desk.db, speaking.place, frame.before);
      return line.send({
        type: 'history',
        entries: entries.map((entry) => desk.shown(speaking.account.workspaceId, entry)),
        more,
      });
    }
    case 'delivered':
    case 'read':
      return acknowledge(frame.type, frame.upTo, speaking, desk, line);
    case 'hello':
      return line.close(CLOSE.frame);
  }
}

async function acknowledge(
  status: AckStatus,
  upTo: number,
  { account, place }: Speaking,
  desk: Desk,
  line: Line,
): Promise<void> {
  // What was not handed to this connection cannot have been shown by it.
  const shown = Math.min(upTo, line.position);
  const { ids, events } = await receiptsUpTo(desk.db, place, status, shown);
  if (ids.length === 0) return;
  await desk.kit.accept(account, events);
  await markAcknowledged(desk.db, status, ids);
  if (status === 'read') desk.hub.tell(place, { readUpTo: shown }, line);
}

/** Keeps a message, hands it on, and only then tells the client that it is safe. */
async function say(frame: MessageFrame, speaking: Speaking, desk: Desk, line: Line): Promise<void> {
  const refuse = (code: RefusedFrame['code'], detail: string, more: Partial<RefusedFrame> = {}) =>
    line.send({ type: 'refused', id: frame.id, code, detail, retry: false, ...more });
  const wrong = wrongWith(frame);
  if (wrong !== undefined) return line.send(wrong);
  const { place, account } = speaking;
  const waitMs = desk.messages.take(`${place.channelId}\n${place.address}`);
  if (waitMs > 0)
    return refuse('too_fast', 'Too many messages at once.', { retry: true, retryAfterMs: waitMs });
  const current = await desk.kit.accountFor(account.account);
  if (current === undefined) return line.close(CLOSE.channel);
  const { visitorSecret: secret } = current.config;
  const files = uploadsOf(frame.files ?? [], { secret, ...place });
  if (files === undefined) return refuse('file', 'A file is unknown or was uploaded too long ago.');
  const asked = frame.action?.entry;
  const entry = asked === undefined ? undefined : await findEntry(desk.db, place, asked);
  const choice = frame.action && offered(entry?.body, frame.action.id);
  const said = saidOf(frame, files, choice);
  try {
    const { workspaceId } = current;
    const kept = { ...place, workspaceId, direction: 'in' as const, clientId: frame.id, body: said };
    const appended = await desk.append(kept);
    await desk.kit.accept(current, [
      eventOf(speaking.speaker, frame.id, appended, said, choice !== undefined),
    ]);
    line.send({ type: 'accepted', id: frame.id, entry: appended.id, at: appended.at.toISOString() });
    desk.hub.tell(place);
  } catch (error) {
    desk.failed(error);
    refuse('unavailable', 'The message could not be kept.', { retry: true, retryAfterMs: 2000 });
  }
}
