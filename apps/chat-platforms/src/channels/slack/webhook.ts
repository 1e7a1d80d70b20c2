import { isHmac, listOf, objectOf, parsed, textOf, unsupported } from '@skein/contracts';
import type { AddressedEvent, VerifyContext, WebhookDefinition } from '@skein/channel-kit';
import type { InboundEvent, JsonObject, RawAnswer, RawRequest } from '@skein/contracts';
import type { SlackConfig } from './config.js';
import { readCommand } from './inbound-command.js';
import { readEvent } from './inbound-event.js';
import { readInteraction } from './inbound-interaction.js';

export const webhook: WebhookDefinition<SlackConfig> = { verify, parse, handshake, reply };

/** Requests with an older or a younger stamp are refused: what was recorded cannot be played again. */
const FRESH_MS = 5 * 60 * 1000;
const FORM = 'application/x-www-form-urlencoded';

/**
 * `X-Slack-Signature` over `v0:<stamp>:<body>` with the body as it came, JSON or form
 * (docs.slack.dev/authentication/verifying-requests-from-slack, checked 2026-11-21).
 */
function verify(
  { headers, body }: RawRequest,
  { signingSecret }: SlackConfig,
  { now }: VerifyContext,
): boolean {
  const stamp = headers['x-slack-request-timestamp'] ?? '';
  const signature = headers['x-slack-signature'] ?? '';
  if (!/^\d{1,11}$/.test(stamp) || !signature.startsWith('v0=')) return false;
  if (Math.abs(now.getTime() - Number(stamp) * 1000) > FRESH_MS) return false;
  const signed = Buffer.concat([Buffer.from(`v0:${stamp}:`), body]);
  return isHmac(signature.slice(3), signed, { secret: signingSecret, algorithm: 'sha256', encoding: 'hex' });
}

/** Now and then the certificate of a command's address is checked, with a request that carries nothing and need not be signed. */
function handshake({ method, query, headers, body }: RawRequest): RawAnswer | undefined {
  const isForm = headers['content-type']?.startsWith(FORM) === true && body.length < 4096;
  const form = new URLSearchParams(isForm ? body.toString() : '');
  const asked = method === 'GET' ? query['ssl_check'] : form.get('ssl_check');
  return asked === '1' && !form.has('command') && !form.has('payload') ? { status: 200 } : undefined;
}

/** A challenge goes back as it came. Interactions and commands expect an empty answer: anything else is shown to the person. */
function reply(body: unknown): RawAnswer | undefined {
  const known = objectOf(body);
  if (known?.['type'] === 'url_verification') {
    return { status: 200, contentType: 'text/plain', body: textOf(known['challenge']) ?? '' };
  }
  return isForm(known) ? { status: 200, body: '' } : undefined;
}

function isForm(body: JsonObject | undefined): boolean {
  return (
    body?.['payload'] !== undefined || body?.['command'] !== undefined || body?.['ssl_check'] !== undefined
  );
}

/** Events, interactions and commands come to one address. A challenge has no events. */
function parse(body: unknown, account: { account: string; config: SlackConfig }): AddressedEvent[] {
  const known = objectOf(body) ?? {};
  if (known['type'] === 'url_verification' || known['ssl_check'] !== undefined) return [];
  const content = known['payload'] === undefined ? known : objectOf(parsedText(known['payload']));
  if (content === undefined) {
    return [{ account: account.account, event: unsupported('an interaction that cannot be read', body) }];
  }
  const events = eventsOf(content, known, account.config);
  return events.map((event) => ({ account: ownerOf(content, account), event }));
}

function eventsOf(content: JsonObject, body: JsonObject, { appId }: SlackConfig): InboundEvent[] {
  if (content !== body) return readInteraction(content);
  if (body['command'] !== undefined) return [readCommand(body)];
  if (body['type'] === 'event_callback') return [readEvent(body, appId)];
  return [unsupported(`webhook ${textOf(body['type']) ?? 'without type'}`, body)];
}

function parsedText(value: unknown): unknown {
  const text = textOf(value);
  return text === undefined ? undefined : parsed(Buffer.from(text));
}

/**
 * The installation that a request is for. In a channel shared with another company `team_id` may name that company; the
 * installations it is meant for are then in `authorizations`.
 */
function ownerOf(content: JsonObject, { account, config }: { account: string; config: SlackConfig }): string {
  const appId = textOf(content['api_app_id']) ?? config.appId;
  const authorized = listOf(content['authorizations']).flatMap((each) => {
    const installed = objectOf(each);
    return [installed?.['team_id'], installed?.['enterprise_id']];
  });
  const named = [content['team_id'], objectOf(content['team'])?.['id']];
  const organisation = [content['enterprise_id'], objectOf(content['enterprise'])?.['id']];
  const teams = [...named, ...authorized, ...organisation].flatMap((id) => textOf(id) ?? []);
  if (teams.length === 0) return appId === config.appId ? account : `${config.teamId}:${appId}`;
  return teams.includes(config.teamId) ? `${config.teamId}:${appId}` : `${teams[0] ?? ''}:${appId}`;
}
