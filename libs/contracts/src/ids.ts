import { v5, v7, validate } from 'uuid';

/** Workspace, channel and agent ids: one NATS subject token, safe in a URL path. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for text that Postgres accepts as a uuid; anything else is simply an id that does not exist. */
export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}

/** A new time-ordered id (UUIDv7), so that index pages fill from one end. */
export function newId(): string {
  return v7();
}

/**
 * The message id a publisher can compute by itself: UUIDv5 with the workspace id as namespace and the idempotency key as name.
 *
 * @throws TypeError when the workspace id is not a UUID; workspaces are created with one.
 */
export function messageIdFor(workspaceId: string, idempotencyKey: string): string {
  return v5(idempotencyKey, workspaceId);
}

/** True when a word can be a workspace id. */
export function isWorkspaceId(text: string): boolean {
  return validate(text);
}
