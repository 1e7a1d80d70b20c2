import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { isObject } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import { errorCode } from '../core/post-webhook.js';
import type { Account } from './accounts.js';
import type { Author, Place } from './places.js';
import { channelObject, memberObject, userObject } from './shapes.js';
import { signed } from './signing.js';

/** How an application answered: the type of its answer, or why the person sees "This interaction failed". */
export interface InteractionAnswer {
  status: number | null;
  type: number | null;
  body: unknown;
}

const ANSWER_WITHIN_MS = 3_000;
const PING = 1;
const FIRST_ANSWERS: ReadonlySet<unknown> = new Set([1, 4, 5, 6, 7, 8, 9, 10, 12]);

/** An interaction as it is posted: in a server the person is inside `member`, elsewhere `user`. */
export function interactionObject(
  { config }: Account,
  {
    id,
    type,
    place,
    author,
    more,
  }: { id: string; type: number; place: Place; author: Author; more: JsonObject },
): JsonObject {
  const who =
    place.guildId === null
      ? { user: userObject(author), context: 1 }
      : {
          member: { ...memberObject(author), user: userObject(author), permissions: '0' },
          guild_id: place.guildId,
          context: 0,
        };
  return {
    id,
    application_id: config.applicationId,
    type,
    token: randomBytes(32).toString('base64url'),
    version: 1,
    channel_id: place.id,
    channel: channelObject(place),
    locale: 'en-US',
    ...who,
    ...more,
  };
}

/** Posts an interaction once: there is no second try. Never throws. */
export async function postInteraction(
  world: World,
  account: Account,
  interaction: JsonObject,
): Promise<InteractionAnswer> {
  const { webhookUrl } = account.config;
  if (webhookUrl === null) return { status: null, type: null, body: null };
  const text = JSON.stringify(interaction);
  const answer = await post(world, webhookUrl, text, signed(account.key, text));
  account.webhook.lastAnswer = answer.status === null ? String(answer.body) : `HTTP ${answer.status}`;
  return answer;
}

/** Tells an interaction over the Gateway, as for an application without an address, and waits for the answer by HTTP. */
export function tellInteraction(
  world: World,
  account: Account,
  interaction: JsonObject,
): Promise<InteractionAnswer> {
  return new Promise((resolve) => {
    const stop = world.timers.after(ANSWER_WITHIN_MS, () =>
      resolve({ status: null, type: null, body: null }),
    );
    const answered = (type: number): void => {
      stop();
      resolve({ status: 204, type, body: null });
    };
    account.pending.set(String(interaction['id']), { token: String(interaction['token']), answered });
    account.gateway.dispatch('INTERACTION_CREATE', interaction);
  });
}

/**
 * What the platform does when an address is saved, and now and then later: a greeting with a right signature must be answered with one, a
 * greeting with a wrong one must be refused with 401.
 */
export async function shakeHands(world: World, account: Account, id: string): Promise<void> {
  const { webhook, config } = account;
  if (config.webhookUrl === null) {
    webhook.detail = 'no webhook address';
    return;
  }
  const text = JSON.stringify({
    id,
    application_id: config.applicationId,
    type: PING,
    token: 'ping',
    version: 1,
  });
  const headers = signed(account.key, text);
  const wrong = { ...headers, 'x-signature-ed25519': randomBytes(64).toString('hex') };
  const refused = await post(world, config.webhookUrl, text, wrong);
  const answered = await post(world, config.webhookUrl, text, headers);
  webhook.verified = refused.status === 401 && answered.type === PING;
  webhook.detail = webhook.verified
    ? 'answered the greeting and refused the forged one'
    : `greeting: ${answered.status ?? String(answered.body)}, forged greeting: ${refused.status ?? String(refused.body)}`;
}

async function post(
  world: World,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<InteractionAnswer> {
  try {
    const limits = { headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS };
    const answer = await request(url, { dispatcher: world.http, method: 'POST', headers, body, ...limits });
    const text = await answer.body.text();
    const parsed = jsonOf(text);
    const type = isObject(parsed) && FIRST_ANSWERS.has(parsed['type']) ? Number(parsed['type']) : null;
    return { status: answer.statusCode, type, body: parsed ?? text.slice(0, 200) };
  } catch (error) {
    return { status: null, type: null, body: errorCode(error) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
