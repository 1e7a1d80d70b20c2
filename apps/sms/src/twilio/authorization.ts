import type { TwilioConfig } from './config.js';

/** HTTP Basic with the API key, or with the account itself. */
export function authorization({ accountSid, authToken, apiKey, apiKeySecret }: TwilioConfig): string {
  const login = apiKey === undefined ? `${accountSid}:${authToken}` : `${apiKey}:${apiKeySecret ?? ''}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
