import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** A bot in Microsoft Teams. */
export function teams({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'teams-main';
  const appId = 'c9e8c047-2a74-40a2-b28a-b162d5f5327c';
  const tenantId = '72f988bf-86f1-41af-91ab-2d7cd011db47';
  const appSecret = secrets('teamsAppSecret');
  const base = `${sandboxUrl ?? ''}/teams`;
  const addresses = {
    loginUrl: `${base}/login`,
    openIdUrl: `${base}/v1/.well-known/openidconfiguration`,
    defaultServiceUrl: `${base}/amer`,
  };
  return {
    id,
    kind: 'teams',
    account: appId,
    name: 'Teams bot',
    settings: {},
    credentials: { appId, appSecret, tenantId, ...(sandboxUrl === null ? {} : addresses) },
    // Webhooks are signed by the platform's own keys: the sandbox signs for tests.
    signing: {
      appId,
      tenantId,
      appSecret,
      ...(sandboxUrl === null ? {} : { tokensUrl: `${base}/sandbox/tokens` }),
    },
    sandbox: {
      kind: 'teams',
      channelId: id,
      appId,
      appSecret,
      tenantId,
      webhookUrl: `${publicUrl}/webhooks/teams/${id}`,
    },
  };
}
