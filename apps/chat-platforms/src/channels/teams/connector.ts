import { providerRequest } from '@skein/channel-kit';
import type { ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject } from '@skein/contracts';
import { accessToken } from './access-token.js';
import type { TeamsConfig } from './config.js';

export interface ConnectorRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  body?: JsonObject;
  maxBytes?: number;
}

/** Addresses come with conversations: one that may not be called says nothing about the account, which must not stand still for it. */
const NO_ADDRESS: Failure = {
  kind: 'rejected',
  reason: 'invalid_address',
  detail: 'The address at which the conversation is served may not be called.',
};

/** One call of the connector with the bot's token. A refused token is replaced once: with it nothing was done. */
export async function connectorRequest(
  request: ConnectorRequest,
  config: TeamsConfig,
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<ProviderAnswer | Failure> {
  const call = async (token: string): Promise<ProviderAnswer | Failure> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await providerRequest({ ...request, headers, signal, http });
    return 'kind' in answer && answer.kind === 'misconfigured' ? NO_ADDRESS : answer;
  };
  const token = await accessToken(config, http);
  if (typeof token !== 'string') return token;
  const answer = await call(token);
  if ('kind' in answer || answer.status !== 401) return answer;
  const fresh = await accessToken(config, http, token);
  return typeof fresh === 'string' ? call(fresh) : fresh;
}

/** Where a conversation is served: what its last event said, else the account's default. It changes, and ends with a slash or not. */
export function serviceUrlOf(
  route: Readonly<Record<string, string>>,
  { defaultServiceUrl }: TeamsConfig,
): string {
  return (route['serviceUrl'] ?? defaultServiceUrl).replace(/\/+$/, '');
}
