import type { ChannelKind, Outcome } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import { send } from './send.js';
import type { Content, SendMore, SendOptions } from './types.js';

/** One thing that is said: a text or a content. */
export type Item = string | Omit<Content, 'parts' | 'email' | 'template' | 'reaction' | 'edit'>;

/** A person who has written before. */
export interface User {
  readonly userId?: string;
  readonly conversationId?: string;
  /**
   * Says one or several things to the person, in order, as one message on the channel they wrote on last.
   *
   * @throws when any part of it failed.
   */
  send(items: Item | readonly Item[], more?: SendMore & { options?: SendOptions }): Promise<Outcome>;
}

/** A person as your system knows them, with the addresses that are theirs. */
export interface ContactInput {
  userId: string;
  name?: string;
  email?: string;
  owners?: string[];
  /** Merged with what is there. */
  customFields?: Record<string, unknown>;
  /** Addresses that belong to the person. @throws `ConflictError` when another contact has one of them */
  identities?: { kind: ChannelKind; address: string }[];
}

/** People. */
export interface Users {
  /** The person with your own id for them, or of a conversation. Nothing is asked yet: an unknown one is told when you send. */
  get(who: string | { userId: string } | { conversationId: string }): Promise<User>;
  /** Creates the person, or adds to what is known of them. */
  save(contact: ContactInput): Promise<User>;
}

/** {@link Users} over a requester. */
export function usersOf(requester: Requester): Users {
  const userOf = (to: { userId: string } | { conversationId: string }): User => ({
    ...to,
    send: (items, more = {}) => send(requester, { ...more, to, content: contentOf(items) }),
  });
  return {
    get: async (who) => userOf(typeof who === 'string' ? { userId: who } : who),
    save: async (contact) => {
      await requester.request({ method: 'POST', path: '/v1/contacts', body: contact });
      return userOf({ userId: contact.userId });
    },
  };
}

function contentOf(items: Item | readonly Item[]): Content {
  const [first, ...others] = (Array.isArray(items) ? items : [items]) as readonly Item[];
  const content = (item: Item): Content => (typeof item === 'string' ? { text: item } : item);
  if (others.length === 0) return content(first ?? '');
  return { parts: [first ?? '', ...others].map(content) };
}
