import { providerRequest } from '@skein/channel-kit';
import type { GuardedClient, ProviderAnswer } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { DiscordConfig } from './config.js';

export interface RestCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address; ids and emoji in it are encoded. */
  path: string;
  body?: object;
}

export interface RestIo {
  http: GuardedClient;
  signal: AbortSignal;
}

/** Required, in this form (API reference, user agent). */
const USER_AGENT = 'DiscordBot (https://skein.dev, 1.0)';

/** One request with the bot's token. */
export function restRequest(
  { baseUrl, botToken }: DiscordConfig,
  { method, path, body }: RestCall,
  { http, signal }: RestIo,
): Promise<ProviderAnswer | Failure> {
  const headers: Record<string, string> = { authorization: `Bot ${botToken}`, 'user-agent': USER_AGENT };
  return providerRequest({
    method,
    url: `${baseUrl}${path}`,
    headers,
    ...(body === undefined ? {} : { body }),
    signal,
    http,
  });
}
