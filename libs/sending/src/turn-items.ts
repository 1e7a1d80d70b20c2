import { createHash } from 'node:crypto';
import {
  messageIdFor,
  newId,
  threadTextOf,
  type ChannelKind,
  type MessageContent,
  type SendCommand,
  type TurnClaim,
} from '@skein/contracts';
import type { AcceptItem, ClaimedTurn } from '@skein/persistence';

/** A turn, and where what it says goes. */
export interface TurnPlace extends Omit<TurnClaim, 'fence'> {
  kind: ChannelKind;
}

/** The place of a turn that this process runs. */
export function placeOf(turn: ClaimedTurn, kind: ChannelKind): TurnPlace {
  const { id: turnId, workspaceId, agentId, channelId, threadId: conversationId } = turn;
  return { turnId, workspaceId, agentId, channelId, conversationId, kind };
}

/** The replies of a turn as messages to accept. A rerun of the turn makes the same ids, so it cannot say anything twice. */
export function replyItemsOf(place: TurnPlace, contents: MessageContent[]): AcceptItem[] {
  return contents.map((content, ordinal) => {
    const idempotencyKey = `turn:${place.turnId}:${ordinal}`;
    const messageId = messageIdFor(place.workspaceId, idempotencyKey);
    return { ...itemOf(place, content), messageId, idempotencyKey };
  });
}

/** What a turn says before it ends: a piece of its answer, or what it sends with a tool. */
export function turnSendOf(place: TurnPlace, content: MessageContent, as: 'reply' | 'tool'): AcceptItem {
  const item = itemOf(place, content);
  return as === 'tool' ? { ...item, origin: 'tool', purpose: 'message' } : item;
}

function itemOf(place: TurnPlace, content: MessageContent): AcceptItem {
  const { workspaceId, turnId, agentId, channelId, conversationId, kind } = place;
  const command: SendCommand = {
    form: 1,
    to: { conversationId },
    ...{ channelId, kind, agentId, content },
    options: {},
  };
  return {
    workspaceId,
    messageId: newId(),
    idempotencyKey: null,
    bodyHash: createHash('sha256').update(JSON.stringify(command)).digest(),
    command,
    author: 'agent',
    origin: null,
    purpose: 'reply',
    campaignId: null,
    dueAt: null,
    turnId,
    text: threadTextOf(content),
  };
}
