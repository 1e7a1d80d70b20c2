import { createHash } from 'node:crypto';
import { messageIdFor, type ChannelKind, type SendCommand } from '@skein/contracts';
import type { AcceptItem, ClaimedTurn } from '@skein/persistence';
import type { Reply } from './backends/backend.js';

/** The replies of a turn as messages to accept. A rerun of the turn makes the same ids, so it cannot say anything twice. */
export function acceptItemsOf(turn: ClaimedTurn, kind: ChannelKind, replies: Reply[]): AcceptItem[] {
  return replies.map((reply, ordinal) => {
    const command: SendCommand = {
      form: 1,
      to: { conversationId: turn.threadId },
      channelId: turn.channelId,
      kind,
      agentId: turn.agentId,
      content: reply.content,
      options: {},
    };
    const idempotencyKey = `turn:${turn.id}:${ordinal}`;
    return {
      workspaceId: turn.workspaceId,
      messageId: messageIdFor(turn.workspaceId, idempotencyKey),
      idempotencyKey,
      bodyHash: createHash('sha256').update(JSON.stringify(command)).digest(),
      command,
      author: 'agent',
      origin: null,
      purpose: 'reply',
      campaignId: null,
      dueAt: null,
      turnId: turn.id,
      text: textOf(reply),
    };
  });
}

function textOf({ content }: Reply): string | null {
  return content.text ?? content.interactive?.text ?? content.media?.[0]?.caption ?? null;
}
