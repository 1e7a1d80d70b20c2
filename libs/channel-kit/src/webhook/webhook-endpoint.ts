import type { ChannelKind, RawAnswer, RawRequest } from '@skein/contracts';
import { RepeatedLog, type Logger, type Metrics } from '@skein/runtime';
import type { AccountBook } from '../account/account-book.js';
import type { GuardedClient } from '../http/guarded-fetch.js';
import type { AddressedEvent, ChannelAccount, WebhookDefinition } from '../definition.js';
import type { Delivery, Inbox } from '../inbound/inbox.js';
import { bodyOf, eventsOf, unsupported } from './read-webhook.js';
import type { WebhookCall } from './wire.js';

export interface WebhookEndpointParts {
  book: AccountBook;
  inbox: Inbox;
  logger: Logger;
  metrics: Metrics;
  client: GuardedClient;
  /** Where providers reach the api, without a trailing slash. */
  publicUrl: string;
}

const text = (status: number, body: string): RawAnswer => ({ status, contentType: 'text/plain', body });
const OK = text(200, 'ok');
const MAX_BYTES = 5 * 1024 * 1024;
/** Calls worked on at once; more are refused for now and repeated by the provider. */
const MAX_AT_ONCE = 500;

/** Answers providers' calls: verify, read, commit, answer. Everything doubtful is refused, everything verified is kept. */
export class WebhookEndpoint {
  private readonly repeated: RepeatedLog;
  private running = 0;

  constructor(private readonly parts: WebhookEndpointParts) {
    this.repeated = new RepeatedLog(parts.logger, 30_000);
  }

  /** Never rejects; 503 means that nothing was kept and the provider should repeat. */
  async answer(kind: ChannelKind, call: WebhookCall): Promise<RawAnswer> {
    if (this.running >= MAX_AT_ONCE) return text(503, 'too many calls');
    this.running += 1;
    try {
      return this.count(kind, await this.serve(kind, call));
    } catch (error) {
      this.repeated.warn('serve', { err: error, channelId: call.channelId }, 'a webhook could not be taken');
      return this.count(kind, text(503, 'temporarily unavailable'));
    } finally {
      this.running -= 1;
    }
  }

  private async serve(kind: ChannelKind, { channelId, raw }: WebhookCall): Promise<RawAnswer> {
    if (raw.body.length > MAX_BYTES) return text(413, 'too large');
    const webhook = this.parts.book.definitionOf(kind)?.webhook;
    const opened = await this.parts.book.byId(channelId);
    if (!webhook || !opened) return text(404, 'no such channel');
    if ('problem' in opened) {
      this.repeated.error(
        `account:${channelId}`,
        { channelId, reason: opened.problem },
        'a channel cannot be used',
      );
      return text(503, 'temporarily unavailable');
    }
    const { account } = opened;
    if (account.kind !== kind) return text(404, 'no such channel');
    const handshake = webhook.handshake?.(raw, account.config);
    if (handshake) return handshake;
    if (raw.method !== 'POST' || !(await this.isGenuine(webhook, raw, account)))
      return this.forged(account, raw);
    return this.take(webhook, raw, account);
  }

  private async take(
    webhook: WebhookDefinition<object>,
    raw: RawRequest,
    account: ChannelAccount<object>,
  ): Promise<RawAnswer> {
    const onDefect = (error: unknown): void =>
      this.repeated.error(
        `parse:${account.kind}`,
        { err: error, channelId: account.id },
        'a webhook could not be read',
      );
    const body = bodyOf(raw);
    const events = eventsOf(webhook, raw, body, account, onDefect);
    const deliveries: Delivery[] = [];
    for (const [name, group] of groupByAccount(events)) {
      const owner = name === account.account ? account : await this.ownerOf(webhook, raw, account, name);
      if (owner) deliveries.push({ account: owner, events: group });
      else
        deliveries.push({
          account,
          events: group.map(({ eventId }) => unsupported(eventId, `another account: ${name}`.slice(0, 200))),
        });
    }
    await this.parts.inbox.accept(deliveries);
    return replyOf(webhook, body, raw, account.config);
  }

  /** One signing secret may serve several accounts of a workspace; whoever shares both may be spoken for. */
  private async ownerOf(
    webhook: WebhookDefinition<object>,
    raw: RawRequest,
    account: ChannelAccount<object>,
    name: string,
  ): Promise<ChannelAccount<object> | undefined> {
    const other = await this.parts.book.byAccount(account.kind, name);
    const mine = other && 'account' in other && other.account.workspaceId === account.workspaceId;
    if (mine && (await this.isGenuine(webhook, raw, other.account))) return other.account;
    this.repeated.warn(
      `account:${account.id}:${name}`,
      { channelId: account.id, account: name },
      'a webhook for another account',
    );
    return undefined;
  }

  /** Fails closed: a check that throws is a check that failed. */
  private async isGenuine(
    webhook: WebhookDefinition<object>,
    raw: RawRequest,
    account: ChannelAccount<object>,
  ): Promise<boolean> {
    const { client: http, publicUrl } = this.parts;
    const context = { url: `${publicUrl}${raw.path}${raw.search}`, now: new Date(), http };
    try {
      return await webhook.verify(raw, account.config, context);
    } catch {
      return false;
    }
  }

  private forged(account: ChannelAccount<object>, raw: RawRequest): RawAnswer {
    const { id: channelId, kind } = account;
    this.repeated.warn(
      `forged:${channelId}`,
      { channelId, kind, method: raw.method, bytes: raw.body.length },
      'a webhook without a valid signature',
    );
    return text(401, 'invalid signature');
  }

  private count(kind: ChannelKind, answer: RawAnswer): RawAnswer {
    this.parts.metrics
      .counter('skein_webhooks_total', 'Webhooks by what the provider was answered.', ['kind', 'status'])
      .inc({ kind, status: String(answer.status) });
    return answer;
  }
}

/** An answer that cannot be made must not make the provider repeat what is committed. */
function replyOf(
  webhook: WebhookDefinition<object>,
  body: unknown,
  raw: RawRequest,
  config: object,
): RawAnswer {
  try {
    return webhook.reply?.(body, raw, config) ?? OK;
  } catch {
    return OK;
  }
}

function groupByAccount(events: AddressedEvent[]): Map<string, AddressedEvent['event'][]> {
  const groups = new Map<string, AddressedEvent['event'][]>();
  for (const { account, event } of events) groups.set(account, [...(groups.get(account) ?? []), event]);
  return groups;
}
