import { randomBytes } from 'node:crypto';
import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import type { TeamsSide } from './side.js';

const SCOPE = 'https://api.botframework.com/.default';

/** `POST /{tenant}/oauth2/v2.0/token` with client credentials. */
export function logIn({ accounts }: TeamsSide, tenant: string, form: URLSearchParams): ProviderAnswer {
  if (form.get('grant_type') !== 'client_credentials') return wrong('unsupported_grant_type', 70003);
  if (form.get('scope') !== SCOPE) return wrong('invalid_scope', 70011);
  const account = accounts.get(form.get('client_id') ?? '');
  if (!account) return wrong('unauthorized_client', 700016);
  const { tenantId, appSecret, tokenSeconds } = account.config;
  if (tenantId !== null && tenant !== tenantId) return wrong('unauthorized_client', 700016);
  if (form.get('client_secret') !== appSecret) return { ...wrong('invalid_client', 7000215), status: 401 };
  const token = `sandbox.${randomBytes(24).toString('base64url')}`;
  account.tokens.set(token, Date.now() + tokenSeconds * 1000);
  const life = { expires_in: tokenSeconds, ext_expires_in: tokenSeconds };
  return { status: 200, body: { token_type: 'Bearer', ...life, access_token: token } };
}

function wrong(error: string, code: number): ProviderAnswer {
  return { status: 400, body: { error, error_description: `AADSTS${code}: refused.`, error_codes: [code] } };
}

/** The bot whose living token a request carries. */
export function callerOf({ accounts }: TeamsSide, authorization: string | undefined): Account | undefined {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  return [...accounts.values()].find(({ tokens }) => (tokens.get(token) ?? 0) > Date.now());
}
