import { numberOf, objectOf, parsed, textOf } from '@skein/contracts';
import type { GuardedClient } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { DiscordConfig } from '../config.js';
import { failureOf } from '../failures.js';
import { restRequest } from '../rest.js';

export interface GatewayAddress {
  url: string;
  /** Until a new session may be started; 0 = now. */
  waitMs: number;
}

const TIMEOUT_MS = 15_000;

/** `GET /gateway/bot`: where the Gateway is, and whether the day's number of new sessions (1000) is used up. */
export async function findGateway(
  config: DiscordConfig,
  http: GuardedClient,
): Promise<GatewayAddress | Failure> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await restRequest(config, { method: 'GET', path: '/gateway/bot' }, { http, signal });
  if ('kind' in answer) return answer;
  if (answer.status >= 300) return failureOf(answer);
  const body = objectOf(parsed(answer.body));
  const url = config.gatewayUrl ?? textOf(body?.['url']);
  if (url === undefined || !URL.canParse(url))
    return { kind: 'unavailable', detail: 'Discord named no Gateway.' };
  const limit = objectOf(body?.['session_start_limit']);
  const isUsedUp = limit?.['remaining'] === 0;
  return { url, waitMs: isUsedUp ? Math.max(1000, numberOf(limit['reset_after']) || 0) : 0 };
}
