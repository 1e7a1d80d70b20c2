import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** Everything the channel understands; reactions are told only to bots that ask for them. */
const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'];

/** A Telegram bot. */
export function telegram({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'telegram-main';
  const botId = '7013370101';
  const token = `${botId}:${secrets('telegramToken')}`;
  const secretToken = secrets('telegramSecretToken');
  return {
    id,
    kind: 'telegram',
    account: botId,
    name: 'Telegram bot',
    settings: {},
    credentials: {
      token,
      secretToken,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/telegram` }),
    },
    signing: { secretToken, token, botId },
    sandbox: {
      kind: 'telegram',
      channelId: id,
      token,
      username: 'skein_concierge_bot',
      secretToken,
      allowedUpdates: ALLOWED_UPDATES,
      webhookUrl: `${publicUrl}/webhooks/telegram/${id}`,
    },
  };
}
