import { createHmac, randomBytes } from 'node:crypto';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { errorCode } from '../core/post-webhook.js';
import type { Account, AccountConfig } from './accounts.js';

/** One request to the app's address. */
export interface Notice {
  /** The person or room it is about, for faults. */
  address: string;
  type: 'application/json' | 'application/x-www-form-urlencoded';
  body: string;
  /** Interactions and commands are not repeated. */
  once: boolean;
  /** Attempts that failed, and why the last one did. */
  failed: number;
  reason: string;
}

/** Events of one moment go out one after the other, each in a request of its own. */
export const LINGER_MS = 5;
/** Slack waits 3 s for an answer. */
const ANSWER_WITHIN_MS = 3_000;
/** Slack repeats at once, after 1 and after 5 minutes; here the pauses are shorter. While nobody is home everything waits. */
const REPEATS = 3;
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** The signature of a request (docs.slack.dev/authentication/verifying-requests-from-slack). Stamps are real time. */
export function signatureOf(secret: string, stamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`;
}

/** Wraps an event and puts it on its way. */
export function tellEvent(world: World, account: Account, address: string, event: JsonObject): void {
  push(account, {
    address,
    type: 'application/json',
    body: JSON.stringify(envelope(world, account, event)),
    once: false,
  });
}

/** `payload=<JSON>`, or the fields of a command. */
export function tellForm(account: Account, address: string, fields: Record<string, string>): void {
  const body = new URLSearchParams(fields).toString();
  push(account, { address, type: 'application/x-www-form-urlencoded', body, once: true });
}

function push(account: Account, notice: Omit<Notice, 'failed' | 'reason'>): void {
  if (account.config.webhookUrl !== null) account.outbox.push({ ...notice, failed: 0, reason: '' });
}

/** What stands around an event. */
function envelope(world: World, { config }: Account, event: JsonObject): JsonObject {
  const { teamId, appId, botUserId } = config;
  const installed = {
    enterprise_id: null,
    team_id: teamId,
    user_id: botUserId,
    is_bot: true,
    is_enterprise_install: false,
  };
  return {
    token: 'deprecated',
    ...{ team_id: teamId, context_team_id: teamId, context_enterprise_id: null, api_app_id: appId },
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [installed],
    is_ext_shared_channel: false,
  };
}

/** Delivers one notice, twice when `duplicate_webhook` strikes. */
export async function deliverNotice(
  world: World,
  account: Account,
  notice: Notice,
): Promise<DeliveryOutcome> {
  const first = await post(world, account.config, notice);
  account.webhook.lastAnswer = first.detail;
  if (first.outcome !== 'done') return later(notice, first);
  const scope = { channelId: account.config.channelId, address: notice.address };
  if (world.faults.take('slack', ['duplicate_webhook'], scope)) {
    await post(world, account.config, { ...notice, failed: 1, reason: 'http_timeout' });
  }
  return 'done';
}

interface Answered {
  outcome: DeliveryOutcome;
  detail: string;
  reason: string;
}

function later(notice: Notice, { outcome, reason }: Answered): DeliveryOutcome {
  notice.failed += 1;
  notice.reason = reason;
  if (notice.once) return 'rejected';
  return outcome === 'refused' && notice.failed > REPEATS ? 'rejected' : outcome;
}

async function post(world: World, config: AccountConfig, notice: Notice): Promise<Answered> {
  const { type, body, failed, reason } = notice;
  const again: Record<string, string> =
    failed === 0
      ? {}
      : { 'x-slack-retry-num': String(Math.min(failed, REPEATS)), 'x-slack-retry-reason': reason };
  try {
    const answer = await send(world.http, config, body, { 'content-type': type, ...again });
    await answer.body.dump();
    const detail = `HTTP ${answer.statusCode}`;
    if (answer.statusCode < 300) return { outcome: 'done', detail, reason: '' };
    const isFinal = answer.headers['x-slack-no-retry'] === '1';
    const outcome = isFinal ? 'rejected' : AWAY.has(answer.statusCode) ? 'away' : 'refused';
    return { outcome, detail, reason: 'http_error' };
  } catch (error) {
    const code = errorCode(error);
    return {
      outcome: 'away',
      detail: code,
      reason: /TIMEOUT/.test(code) ? 'http_timeout' : 'connection_failed',
    };
  }
}

function send(
  dispatcher: Dispatcher,
  { webhookUrl, signingSecret }: AccountConfig,
  body: string,
  headers: Record<string, string>,
): Promise<Dispatcher.ResponseData> {
  const stamp = String(Math.floor(Date.now() / 1000));
  const signed = {
    'x-slack-request-timestamp': stamp,
    'x-slack-signature': signatureOf(signingSecret, stamp, body),
  };
  return request(webhookUrl ?? '', {
    dispatcher,
    method: 'POST',
    body,
    headers: { 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)', ...headers, ...signed },
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  });
}

/** The `url_verification` of an address; records on the account whether the challenge came back. */
export async function shakeHands(world: World, account: Account): Promise<void> {
  if (account.config.webhookUrl === null) {
    account.webhook.detail = 'no webhook address';
    return;
  }
  const challenge = randomBytes(24).toString('base64url');
  const body = JSON.stringify({ token: 'deprecated', challenge, type: 'url_verification' });
  try {
    const answer = await send(world.http, account.config, body, { 'content-type': 'application/json' });
    const text = await answer.body.text();
    const isGiven = answer.statusCode === 200 && (text === challenge || text.includes(`"${challenge}"`));
    account.webhook.verified = isGiven;
    account.webhook.detail = isGiven ? 'challenge answered' : `HTTP ${answer.statusCode}`;
  } catch (error) {
    account.webhook.detail = errorCode(error);
  }
}
