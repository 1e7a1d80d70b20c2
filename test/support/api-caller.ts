import { Agent, request } from 'undici';
import type { Stack } from '@skein/testing';

export interface AiMessage {
  id: string;
  type: string;
  content: Record<string, Record<string, string>>;
  sender_type: string;
  sender_name: string;
  createdAt: string;
}

/** What a program is answered: the agent's words, or a problem. */
export interface ApiAnswer {
  success: boolean;
  contactId: string;
  conversationId: string;
  messageId: string;
  conversation: Record<string, unknown>;
  aiMessages: AiMessage[];
  usage: { credits: number };
  code?: string;
  detail?: string;
  errors?: { field: string }[];
}

export interface Answered {
  status: number;
  type: string;
  /** As it came over the wire. */
  text: string;
  body: ApiAnswer;
}

/** A program that talks to an API channel. */
export class ApiCaller {
  private readonly dispatcher = new Agent({ connections: 64 });

  constructor(
    private readonly stack: Stack,
    private readonly url = stack.dev.apiUrl,
  ) {}

  /** Posts a body as it is. */
  async post(
    body: unknown,
    headers: Record<string, string> = {},
    channelId = this.stack.dev.channels['api'] ?? '',
    signal?: AbortSignal,
  ): Promise<Answered> {
    const answer = await request(`${this.url}/api/v1/channels/${channelId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': this.stack.dev.apiKey, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      dispatcher: this.dispatcher,
      ...(signal ? { signal } : {}),
    });
    const text = await answer.body.text();
    const type = String(answer.headers['content-type']);
    return { status: answer.statusCode, type, text, body: JSON.parse(text) as ApiAnswer };
  }

  /** Says a text in somebody's name. */
  says(contactIdentifier: string, text: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.post(textOf(contactIdentifier, text), headers);
  }

  close(): Promise<void> {
    return this.dispatcher.close();
  }
}

/** The body of a text. */
export function textOf(contactIdentifier: string, body: string): object {
  return { type: 'TEXT', contactIdentifier, content: { text: { body } } };
}

/** The texts of an answer, in order. */
export function wordsOf({ body }: Answered): string[] {
  return body.aiMessages.map(({ content }) => content['text']?.['body'] ?? '');
}
