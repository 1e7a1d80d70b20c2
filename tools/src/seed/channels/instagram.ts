import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** An Instagram professional account. */
export function instagram({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'instagram-main';
  const instagramId = '17841405822304914';
  const keys = {
    accessToken: secrets('instagramAccessToken'),
    appSecret: secrets('instagramAppSecret'),
    verifyToken: secrets('instagramVerifyToken'),
  };
  return {
    id,
    kind: 'instagram',
    account: instagramId,
    name: 'Instagram account',
    settings: {},
    credentials: {
      instagramId,
      ...keys,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/instagram/v24.0` }),
    },
    signing: { appSecret: keys.appSecret, verifyToken: keys.verifyToken, instagramId },
    sandbox: {
      kind: 'instagram',
      channelId: id,
      instagramId,
      ...keys,
      webhookUrl: `${publicUrl}/webhooks/instagram/${id}`,
    },
  };
}
