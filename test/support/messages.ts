import { eventually, type HttpAnswer, type Stack } from '@skein/testing';

/** What the API says of a message. */
export interface Told {
  messageId: string;
  conversationId?: string;
  status: string;
  delivered: boolean;
  queued: boolean;
  reason?: string;
  code?: string;
  next?: string[];
}

/** Sends over REST. */
export function send(
  stack: Stack,
  body: object,
  headers: Record<string, string> = {},
): Promise<HttpAnswer<Told>> {
  return stack.api<Told>('POST', '/v1/messages', { body, headers });
}

/** Waits until a message has one of the statuses, and returns what the API says then. */
export function untilStatus(
  stack: Stack,
  messageId: string,
  statuses: string[],
  timeoutMs = 15_000,
): Promise<Told> {
  return eventually(
    async () => {
      const { body } = await stack.api<Told>('GET', `/v1/messages/${messageId}`);
      if (!statuses.includes(body.status))
        throw new Error(`${messageId} is ${body.status} (${body.reason ?? ''})`);
      return body;
    },
    { timeoutMs },
  );
}

export interface Entry {
  id: string;
  author: string;
  origin: string | null;
  channel: string;
  text: string | null;
  status: string;
}

/** The entries of a conversation, oldest first. */
export async function entries(stack: Stack, conversationId: string): Promise<Entry[]> {
  const answer = await stack.api<{ items: Entry[] }>(
    'GET',
    `/v1/conversations/${conversationId}/messages?limit=200`,
  );
  return answer.body.items;
}
