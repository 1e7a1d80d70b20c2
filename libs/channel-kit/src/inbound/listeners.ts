import type { AccountBook } from '../account/account-book.js';
import type { ChannelAccount, ChannelDefinition, Listener, ListenerKit } from '../definition.js';
import type { Inbox } from './inbox.js';
import type { MediaFetcher } from '../media/media-fetcher.js';

export interface ListenersParts {
  book: AccountBook;
  inbox: Inbox;
  fetcher: MediaFetcher;
  listenPort: number;
}

/** Starts the listeners of the kinds that have one. @throws what the first one that cannot start throws. */
export async function startListeners(
  definitions: readonly ChannelDefinition<object>[],
  parts: ListenersParts,
): Promise<Listener[]> {
  const started = definitions.map(async (definition) => definition.listen?.(kitOf(definition, parts)));
  return (await Promise.all(started)).filter((listener) => listener !== undefined);
}

function kitOf(definition: ChannelDefinition<object>, parts: ListenersParts): ListenerKit<object> {
  const { book, inbox, fetcher, listenPort } = parts;
  return {
    listenPort,
    accountFor: async (account) => usable(await book.byAccount(definition.kind, account)),
    accept: (account, events) => inbox.accept([{ account, events }]),
    store: async (workspaceId, media) => (await fetcher.store(workspaceId, media)).mediaId,
  };
}

/** A paused channel still hears; a disconnected one does not. */
function usable(opened: Awaited<ReturnType<AccountBook['byAccount']>>): ChannelAccount<object> | undefined {
  return opened && 'account' in opened && opened.account.status !== 'disconnected'
    ? opened.account
    : undefined;
}
