import { sealCredentials } from '@skein/persistence';
import type { Stack } from '@skein/testing';
import { ACCOUNT } from '../account.js';

/** Writes the bench's channel beside the seeded ones: no pace of its own, everything else as it comes. */
export async function createChannel({ sql, dev }: Stack, secretKey: string): Promise<void> {
  const { channelId, kind, phoneNumberId, wabaId, displayPhoneNumber, accessToken, appSecret, verifyToken } =
    ACCOUNT;
  const credentials = sealCredentials(secretKey, channelId, {
    ...{ phoneNumberId, wabaId, displayPhoneNumber, accessToken, appSecret, verifyToken },
    baseUrl: `${dev.sandboxUrl}/whatsapp/v23.0`,
  });
  await sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name, settings, credentials)
     VALUES ($1, $2, $3, $4, $5, 'Bench', $6, $7)`,
    [channelId, dev.workspaceId, kind, phoneNumberId, dev.agentId, { ratePerSecond: null }, credentials],
  );
  await sql('INSERT INTO channel_rates (channel_id) VALUES ($1) ON CONFLICT DO NOTHING', [channelId]);
}
