import { subjects } from '@skein/contracts';

/** The name of a workspace's own durable consumer of EVENTS. It is provisioned; its owner cannot create or delete it. */
export function workspaceDurable(ws: string): string {
  return `ws_${ws}`;
}

/** The subjects a workspace's durable delivers. */
export function workspaceEvents(ws: string): string {
  return subjects.event(ws, '>');
}
