import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** What comes before the 32 bytes of a private Ed25519 key in its DER form (RFC 8410 §7). */
const DER_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A Discord application with its bot. On the platform only Discord has the private key; here the sandbox signs with it. */
export function discord({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'discord-main';
  const applicationId = '1200000000000000001';
  const botToken = secrets('discordBotToken');
  const privateKey = secrets('discordPrivateKey', () => randomBytes(32).toString('hex'));
  const publicKey = publicKeyOf(privateKey);
  return {
    id,
    kind: 'discord',
    account: applicationId,
    name: 'Discord bot',
    settings: {},
    credentials: {
      applicationId,
      publicKey,
      botToken,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/discord/api/v10` }),
    },
    signing: { applicationId, publicKey, privateKey, botToken },
    sandbox: {
      kind: 'discord',
      channelId: id,
      applicationId,
      botToken,
      privateKey,
      webhookUrl: `${publicUrl}/webhooks/discord/${id}`,
    },
  };
}

function publicKeyOf(privateKey: string): string {
  const key = Buffer.concat([DER_PREFIX, Buffer.from(privateKey, 'hex')]);
  const publicKey = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}
