import { createHash } from 'node:crypto';
import {
  commandOf,
  messageIdFor,
  parseSend,
  threadTextOf,
  voiceOf,
  type ChoosableChannel,
  type Refusal,
  type TargetName,
} from '@skein/contracts';
import type { AcceptItem } from '@skein/persistence';

/** A workspace as acceptance needs it. */
export interface WorkspaceFacts {
  id: string;
  timezone: string;
  channels: ChoosableChannel[];
  targets: TargetName[];
}

/** One command published on NATS: ready to be accepted, or refused. */
export type Intake = { item: AcceptItem } | { messageId: string; key: string; refusal: Refusal };

/**
 * Reads what a service published on `skein.send.<ws>.<token>`: one command or an array. The token is the idempotency key
 * (`<token>:<i>` in an array) unless an item has its own, so the publisher can compute every message id.
 */
export function readPublished(data: unknown, token: string, workspace: WorkspaceFacts, now: Date): Intake[] {
  if (!Array.isArray(data)) return [readOne(data, token, workspace, now)];
  return data.map((body: unknown, index) => readOne(body, `${token}:${index}`, workspace, now));
}

function readOne(body: unknown, token: string, workspace: WorkspaceFacts, now: Date): Intake {
  const parsed = parseSend(body, 'nats', { now, timeZone: workspace.timezone });
  if (!('ok' in parsed)) {
    const { code, detail, errors } = parsed;
    return { messageId: messageIdFor(workspace.id, token), key: token, refusal: { code, detail, errors } };
  }
  const request = parsed.ok;
  const key = request.idempotencyKey ?? token;
  const messageId = messageIdFor(workspace.id, key);
  const chosen = commandOf(request, { ...workspace, keyAgentId: null });
  if ('refusal' in chosen) return { messageId, key, refusal: chosen.refusal };
  return {
    item: {
      workspaceId: workspace.id,
      messageId,
      idempotencyKey: key,
      bodyHash: createHash('sha256').update(JSON.stringify(body)).digest(),
      command: chosen.command,
      ...voiceOf(request.content, request.origin),
      origin: request.origin,
      campaignId: request.campaignId,
      dueAt: request.dueAt,
      text: threadTextOf(request.content),
    },
  };
}
