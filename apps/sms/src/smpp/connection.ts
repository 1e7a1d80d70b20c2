import type { ChannelAccount, Connection, ConnectionDefinition, ConnectionKit } from '@skein/channel-kit';
import type { SmsConfig } from '../config.js';
import { Deliveries } from './deliver.js';
import { closeLink, linkOf } from './links.js';
import { Repeats } from './repeats.js';

/** How often unfinished long messages are looked at. */
const LOOK_MS = 5_000;

/**
 * The bind of an SMPP account, over which messages and receipts come in. Calls go out over the same one. Several processes may have one
 * each, as carriers allow. Twilio needs no connection.
 */
export const connection: ConnectionDefinition<SmsConfig> = { exclusive: false, open };

async function open({ id, config }: ChannelAccount<SmsConfig>, kit: ConnectionKit): Promise<Connection> {
  const { smpp } = config;
  if (!smpp) return { stop: () => Promise.resolve() };
  const link = linkOf({ id, smpp }, kit.http);
  const deliveries = new Deliveries({
    link,
    repeats: repeatsOf(id),
    accept: (events) => kit.accept(events),
    refused: (detail) => void kit.misconfigured(detail).catch(() => undefined),
  });
  link.listen(deliveries);
  const looking = setInterval(() => void deliveries.flush().catch(() => undefined), LOOK_MS);
  return {
    stop: async () => {
      clearInterval(looking);
      link.listen(undefined);
      await deliveries.flush(true).catch(() => undefined);
      await closeLink(id, link);
    },
  };
}

const repeats = new Map<string, Repeats>();

/** What has come in for a channel, whichever connection it came over. */
function repeatsOf(id: string): Repeats {
  const known = repeats.get(id) ?? new Repeats();
  repeats.set(id, known);
  return known;
}
