import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** A Facebook Page. */
export function messenger({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'messenger-main';
  const pageId = '682498302938465';
  const keys = {
    accessToken: secrets('messengerAccessToken'),
    appSecret: secrets('messengerAppSecret'),
    verifyToken: secrets('messengerVerifyToken'),
  };
  return {
    id,
    kind: 'messenger',
    account: pageId,
    name: 'Facebook Page',
    settings: {},
    credentials: {
      pageId,
      ...keys,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/messenger/v24.0` }),
    },
    signing: { appSecret: keys.appSecret, verifyToken: keys.verifyToken, pageId },
    sandbox: {
      kind: 'messenger',
      channelId: id,
      pageId,
      ...keys,
      webhookUrl: `${publicUrl}/webhooks/messenger/${id}`,
    },
  };
}
