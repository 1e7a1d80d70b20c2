import { listOf, numberOf, objectOf, parsed, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { GuardedClient, ProviderAnswer } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { createHash } from 'node:crypto';
import type { TeamsConfig } from './config.js';

interface Token {
  value: string;
  /** Used until then, in ms. */
  until: number;
}

/** Shorter than any call may take, for the call is waiting for it. */
const LOGIN_MS = 6_000;
/** A token is not used in its last minutes, so that none runs out on its way. */
const RESERVE_MS = 5 * 60_000;
const SCOPE = 'https://api.botframework.com/.default';
/** Accounts whose token is kept. */
const KEPT = 1_000;

/** The token of one application: fetched once for whoever asks at the same time, kept until shortly before it runs out. */
class TokenSource {
  private held: Token | undefined;
  private fetching: Promise<string | Failure> | undefined;

  /** @param refused a token that the platform did not take: it is not handed out again. */
  get(config: TeamsConfig, http: GuardedClient, refused?: string): Promise<string | Failure> {
    const { held } = this;
    if (held && held.value !== refused && Date.now() < held.until) return Promise.resolve(held.value);
    this.fetching ??= this.fetch(config, http).finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetch(config: TeamsConfig, http: GuardedClient): Promise<string | Failure> {
    const answer = await logIn(config, http);
    if ('kind' in answer) return answer;
    this.held = answer;
    return answer.value;
  }
}

/** By a digest of everything that a token depends on: a changed secret has a source of its own. */
const sources = new Map<string, TokenSource>();

/** The bot's token for the connector (Bot Connector authentication, checked 2026-11-21). Without one nothing was sent. */
export function accessToken(
  config: TeamsConfig,
  http: GuardedClient,
  refused?: string,
): Promise<string | Failure> {
  const { loginUrl, tenantId, appId, appSecret } = config;
  const key = createHash('sha256')
    .update(JSON.stringify([loginUrl, tenantId, appId, appSecret]))
    .digest('hex');
  const source = sources.get(key) ?? new TokenSource();
  const [oldest] = sources.keys();
  if (!sources.has(key) && sources.size >= KEPT && oldest !== undefined) sources.delete(oldest);
  sources.set(key, source);
  return source.get(config, http, refused);
}

async function logIn(config: TeamsConfig, http: GuardedClient): Promise<Token | Failure> {
  const { loginUrl, tenantId, appId, appSecret } = config;
  const answer = await providerRequest({
    method: 'POST',
    url: `${loginUrl.replace(/\/+$/, '')}/${tenantId}/oauth2/v2.0/token`,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: appSecret,
      scope: SCOPE,
    }),
    signal: AbortSignal.timeout(LOGIN_MS),
    http,
  });
  if ('kind' in answer) return notLoggedIn(answer);
  return answer.status === 200 ? tokenIn(answer) : refusal(answer);
}

function tokenIn({ body }: ProviderAnswer): Token | Failure {
  const answer = objectOf(parsed(body));
  const value = textOf(answer?.['access_token']);
  const lifeMs = numberOf(answer?.['expires_in']) * 1000;
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value) || !(lifeMs > 0)) {
    return { kind: 'unavailable', detail: 'The login answered without a token.' };
  }
  return { value, until: Date.now() + Math.max(lifeMs - RESERVE_MS, lifeMs / 2) };
}

/** A login sends no message: what is not known of it can be tried again. */
function notLoggedIn(failure: Failure): Failure {
  return failure.kind === 'indeterminate'
    ? { kind: 'unavailable', detail: 'The login did not answer.' }
    : failure;
}

/** `{error, error_codes: [7000215], …}`; the description is left out, for it names the application and the time. */
function refusal({ status, body, retryAfterMs }: ProviderAnswer): Failure {
  const answer = objectOf(parsed(body));
  const word = textOf(answer?.['error']) ?? `HTTP ${status}`;
  const code = listOf(answer?.['error_codes'])[0];
  const providerCode = typeof code === 'number' ? `AADSTS${code}` : word.slice(0, 100);
  if (status === 429 || status >= 500) {
    const detail = `The login answered ${status}.`;
    return {
      kind: 'unavailable',
      detail,
      providerCode,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  return {
    kind: 'misconfigured',
    detail: `The login refused the bot (${word.slice(0, 100)}).`,
    providerCode,
  };
}
