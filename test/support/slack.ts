import { expect } from '@jest/globals';
import { eventually, type Stack } from '@skein/testing';
import { createHash } from 'node:crypto';
import { request } from 'undici';
import { entries, send, type Entry, type Told } from './messages.js';

/** What the people of a conversation see of one message. */
export interface SlackSeen {
  id: string;
  type: string;
  text: string | null;
  threadTs?: string;
  editedTs?: string;
  reactions?: { name: string }[];
  buttons?: { id: string; title: string; type: string; url?: string }[];
  media?: { type: string; url: string; filename?: string; sha256?: string };
  raw: { blocks?: { type: string }[]; metadata?: { event_payload: { call_ref: string } } };
}

export interface InboundEntry extends Entry {
  media: { mediaId?: string; mimeType?: string; error?: string }[];
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const bytesAt = async (url: string, headers = {}): Promise<Uint8Array> =>
  new Uint8Array(await (await request(url, { headers })).body.arrayBuffer());

let last = 1000;
/** A person that no other test of the file uses. */
export const newUser = (ending = ''): string => `U0PERSON${(last += 1)}${ending}`;

/** A person, room or thread, from the side of the people in it. */
export interface Place {
  address: string;
  inbox: () => Promise<SlackSeen[]>;
  writes: (what: string | object) => Promise<{ id: string; ts: string }>;
  sees: (check: (seen: SlackSeen[]) => boolean, timeoutMs?: number) => Promise<SlackSeen[]>;
}

function placeIn(stack: Stack, address: string): Place {
  const path = `/people/slack/${encodeURIComponent(address)}`;
  const inbox = async () => (await stack.sandbox<SlackSeen[]>('GET', `${path}/inbox`)).body;
  return {
    address,
    inbox,
    writes: async (what) => {
      const body = typeof what === 'string' ? { text: what } : what;
      const answer = await stack.sandbox<{ id: string; ts: string }>('POST', `${path}/messages`, { body });
      expect(answer.status).toBe(201);
      return answer.body;
    },
    sees: (check, timeoutMs = 15_000) =>
      eventually(
        async () => {
          const seen = await inbox();
          if (!check(seen)) throw new Error(`${address} has ${JSON.stringify(seen.map(({ text }) => text))}`);
          return seen;
        },
        { timeoutMs },
      ),
  };
}

async function conversationIn(stack: Stack, address: string): Promise<string> {
  const rows = await eventually(async () => {
    const found = await stack.sql<{ id: string }>(
      `SELECT t.id FROM threads t JOIN identities i ON i.contact_id = t.contact_id
       WHERE i.kind = 'slack' AND i.address = $1`,
      [address],
    );
    expect(found).toHaveLength(1);
    return found;
  });
  return rows[0]?.id ?? '';
}

/** Slack in a running stack. */
export function slackOf(stack: Stack) {
  const placeOf = (address: string): Place => placeIn(stack, address);
  const conversationOf = (address: string): Promise<string> => conversationIn(stack, address);
  const thread = async (address: string) =>
    (await entries(stack, await conversationOf(address))) as InboundEntry[];
  return {
    keys: stack.dev.secrets['slack'] as Record<'signingSecret' | 'botToken' | 'teamId' | 'appId', string>,
    placeOf,
    conversationOf,
    thread,
    fileUrl: (name: string): string => `${stack.dev.sandboxUrl ?? ''}/files/${name}`,
    said: async (address: string) => (await thread(address)).filter(({ author }) => author === 'user'),
    /** A person who has written and was greeted. */
    newPerson: async (): Promise<Place> => {
      const person = placeOf(newUser());
      await person.writes('hello');
      await person.sees((seen) => seen.length === 1);
      return person;
    },
    sendTo: (address: string, content: unknown) =>
      send(stack, { channelId: stack.dev.channels['slack'], conversationId: address, content }),
    /** To somebody known by address only, who never wrote. */
    cold: async (address: string, content: unknown): Promise<Told> => {
      const userId = `cold-${address.replace(/\W/g, '-')}`;
      const identities = [{ kind: 'slack', address }];
      const made = await stack.api('POST', '/v1/contacts', { body: { userId, identities } });
      expect(made.status).toBeLessThan(300);
      return (await send(stack, { channel: 'slack', to: { userId }, content }, { prefer: 'wait=10' })).body;
    },
  };
}
