import { eventually, type Stack } from '@skein/testing';

/** What a person sees of one message; the sandbox's own shape. */
export interface Seen {
  id: string;
  at: string;
  type: string;
  text?: string;
  buttons?: { id: string; title: string }[];
  media?: { type: string; url?: string; sha256?: string; filename?: string };
  template?: { name: string };
  raw: Record<string, unknown>;
}

/** A person with a phone or a mailbox, seen through the sandbox. */
export interface Person {
  address: string;
  inbox: () => Promise<Seen[]>;
  /** Texts of everything received so far. */
  texts: () => Promise<string[]>;
  writes: (what: string | object) => Promise<{ id: string }>;
  /** Waits until the inbox satisfies the check, and returns it. */
  sees: (check: (inbox: Seen[]) => boolean, timeoutMs?: number) => Promise<Seen[]>;
}

/** The person at an address. */
export function personOf(stack: Stack, kind: string, address: string): Person {
  const path = `/people/${kind}/${encodeURIComponent(address)}`;
  const inbox = async (): Promise<Seen[]> => (await stack.sandbox<Seen[]>('GET', `${path}/inbox`)).body;
  return {
    address,
    inbox,
    texts: async () => (await inbox()).map((seen) => seen.text ?? ''),
    writes: async (what) => {
      const body = typeof what === 'string' ? { text: what } : what;
      const answer = await stack.sandbox<{ id: string }>('POST', `${path}/messages`, { body });
      if (answer.status >= 300)
        throw new Error(`the sandbox said ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    sees: (check, timeoutMs = 15_000) =>
      eventually(
        async () => {
          const seen = await inbox();
          if (!check(seen))
            throw new Error(
              `the inbox of ${address} is ${JSON.stringify(seen.map((one) => one.text ?? one.type))}`,
            );
          return seen;
        },
        { timeoutMs },
      ),
  };
}

let last = 1000;

/** A number that no other test of the file uses. */
export function newNumber(): string {
  last += 1;
  return `+44770091${last}`;
}

/** Opens a person's WhatsApp window: they write, the concierge answers, and the inbox is quiet. */
export async function openWindow(stack: Stack, address: string): Promise<Person> {
  const person = personOf(stack, 'whatsapp', address);
  await person.writes('hello');
  await person.sees((inbox) => inbox.length > 0);
  return person;
}
