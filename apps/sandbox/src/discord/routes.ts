import { objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { discordError } from './errors.js';
import { createMessage, deleteMessage, editMessage } from './messages.js';
import type { Payload } from './payload.js';
import type { Place } from './places.js';
import { react, unreact } from './reactions.js';
import { botObject, channelObject, messageObject } from './shapes.js';
import type { DiscordSide } from './side.js';
import { isSnowflake } from './snowflake.js';

export interface RouteCall {
  side: DiscordSide;
  account: Account;
  params: Record<string, string>;
  query: URLSearchParams;
  payload: Payload;
  /** The channel in the path; routes with one are not run without it. */
  place: Place | undefined;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: readonly string[];
  /** What the journal calls it. */
  name: string;
  bucket: string;
  /** Faults on command strike it. */
  faulty: boolean;
  run(call: RouteCall): ProviderAnswer;
}

const NOTHING: ProviderAnswer = { status: 204, body: null };
const ok = (body: unknown): ProviderAnswer => ({ status: 200, body });

type Options = { name: string; bucket?: string; faulty?: boolean };

function route(
  method: Route['method'],
  path: string,
  { name, bucket = `${method} ${path}`, faulty = false }: Options,
  run: Route['run'],
): Route {
  return { method, path: path.split('/'), name, bucket, faulty, run };
}

/** The API as far as messaging needs it. */
export const ROUTES: readonly Route[] = [
  route('GET', 'gateway', { name: 'gateway' }, ({ account, side }) => ok({ url: gatewayUrl(side, account) })),
  route('GET', 'gateway/bot', { name: 'gateway' }, ({ account, side }) =>
    ok({
      url: gatewayUrl(side, account),
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
    }),
  ),
  route('POST', 'interactions/:id/:token/callback', { name: 'answer' }, answerInteraction),
  route('GET', 'users/@me', { name: 'me' }, ({ account }) => ok(botObject(account))),
  route('POST', 'users/@me/channels', { name: 'open' }, openDirect),
  route('GET', 'channels/:channel', { name: 'channel' }, ({ place }) => ok(place && channelObject(place))),
  route('POST', 'channels/:channel/typing', { name: 'typing' }, () => NOTHING),
  route(
    'POST',
    'channels/:channel/messages',
    { name: 'send', bucket: 'POST messages', faulty: true },
    createMessage,
  ),
  route('GET', 'channels/:channel/messages', { name: 'history' }, history),
  route(
    'GET',
    'channels/:channel/messages/:message',
    { name: 'message' },
    ({ side, account, params, place }) => {
      const message = side.places.message(place?.id ?? '', params['message'] ?? '');
      return message ? ok(messageObject(side, account, message)) : discordError(10008);
    },
  ),
  route('PATCH', 'channels/:channel/messages/:message', { name: 'edit', faulty: true }, editMessage),
  route('DELETE', 'channels/:channel/messages/:message', { name: 'delete' }, deleteMessage),
  route(
    'PUT',
    'channels/:channel/messages/:message/reactions/:emoji/@me',
    { name: 'react', bucket: 'PUT reactions', faulty: true },
    react,
  ),
  route(
    'DELETE',
    'channels/:channel/messages/:message/reactions/:emoji/@me',
    { name: 'unreact', bucket: 'PUT reactions' },
    unreact,
  ),
];

/** Where the bot of an account finds its Gateway. */
export function gatewayUrl({ world }: DiscordSide, { config }: Account): string {
  return `${world.origin().replace(/^http/, 'ws')}/discord/gateway/${config.applicationId}`;
}

/** The first answer to an interaction that came over the Gateway; a second one is refused. */
function answerInteraction({ account, params, payload }: RouteCall): ProviderAnswer {
  const pending = account.pending.get(params['id'] ?? '');
  if (!pending || pending.token !== params['token']) return discordError(10062);
  if (!pending.answered) return discordError(40060);
  pending.answered(Number(payload.json['type']));
  pending.answered = undefined;
  return NOTHING;
}

function openDirect({ side, payload }: RouteCall): ProviderAnswer {
  const person = textOf(objectOf(payload.json)?.['recipient_id']) ?? '';
  if (!isSnowflake(person)) return discordError(10013);
  return ok(channelObject(side.places.directOf(person, side.world.clock.now())));
}

/** Newest first, as the platform lists them. */
function history({ side, account, place, query }: RouteCall): ProviderAnswer {
  const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 50)));
  const after = query.get('after');
  const all = place?.messages ?? [];
  const found =
    after === null ? all.slice(-limit) : all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
  return ok(found.toReversed().map((message): JsonObject => messageObject(side, account, message)));
}
