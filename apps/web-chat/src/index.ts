import { defineChannel, storeMedia, type OwnChannel, type ServiceParts } from '@skein/channel-kit';
import type { ChannelAccount, ListenerKit } from '@skein/channel-kit';
import { webChat as capabilities } from '@skein/contracts';
import { ChannelCache, MicroBatcher } from '@skein/persistence';
import { WebChatConfig } from './config.js';
import { Desk } from './desk.js';
import { appendEntries, type Appended, type NewEntry } from './entries.js';
import { homeOf } from './homes.js';
import { Hub } from './hub.js';
import { listen } from './listen.js';
import { send } from './send.js';
import { urlsOf } from './show.js';

/** Entries written in one transaction. */
const BATCH = { max: 64, delayMs: 2 };
/** How long somebody is shown to be writing; whoever writes longer tells it again. */
const TYPING_MS = 10_000;

/** Web chat: a surface of our own, which keeps its conversations and serves the widget that shows them. */
export const webChat: OwnChannel<WebChatConfig> = {
  kind: 'web-chat',
  make: (parts) => {
    const { db, bus, logger } = parts;
    const hub = new Hub({ db, link: bus.link, logger });
    const batcher = new MicroBatcher<NewEntry, Appended>((entries) => appendEntries(db, entries), BATCH);
    const append = (entry: NewEntry) => batcher.add(entry);
    return defineChannel({
      kind: 'web-chat',
      capabilities,
      config: WebChatConfig,
      accountOf: ({ site }: WebChatConfig) => site,
      send: (call, account) => send(call, account, { append, hub }),
      typing: async ({ address }, { id: channelId }) => {
        const home = await homeOf(db, { channelId, address });
        hub.tell({ channelId, address: home }, { typingMs: TYPING_MS });
      },
      listen: (kit) => serve(kit, parts, { hub, append }),
    });
  },
};

async function serve(
  kit: ListenerKit<WebChatConfig>,
  { db, bus, config, logger }: ServiceParts,
  { hub, append }: { hub: Hub; append: (entry: NewEntry) => Promise<Appended> },
) {
  const channels = new ChannelCache(db);
  const urlOf = urlsOf(config.publicUrl ?? `http://127.0.0.1:${config.apiPort}`, config.secretKey ?? '');
  const desk = new Desk({ db, hub, kit, logger, urlOf, append });
  hub.start();
  return listen({
    desk,
    port: config.webChatPort,
    publicUrl: config.webChatUrl,
    hasDemo: config.sandbox === 'on',
    channel: async (id): Promise<ChannelAccount<WebChatConfig> | undefined> => {
      const channel = /^[A-Za-z0-9_-]{1,64}$/.test(id) ? await channels.byId(id) : undefined;
      return channel?.kind === 'web-chat' ? kit.accountFor(channel.account) : undefined;
    },
    store: (workspaceId, file) => storeMedia({ sql: db, media: bus.media }, workspaceId, file),
  });
}
