import type { SeedChannel } from '../seed-channel.js';

/** A channel for programs; it has no provider, so there is nothing of it in the sandbox. */
export function api(): SeedChannel {
  return {
    id: 'api-main',
    kind: 'api',
    account: 'development',
    name: 'API',
    settings: {},
    credentials: { name: 'development' },
    signing: {},
    sandbox: null,
  };
}
