import type { ChannelKind, RawAnswer, RawRequest } from '@skein/contracts';
import { RepeatedLog, type Logger, type Metrics } from '@skein/runtime';
import type { AccountBook } from '../account/account-book.js';
import type { AddressedEvent, ChannelAccount, WebhookDefinition } from '../definition.js';
import type { Delivery, Inbox } from '../inbound/inbox.js';
import { eventsOf, unsupported } from './read-webhook.js';
import type { WebhookCall } from './wire.js';

export interface WebhookEndpointParts {
  book: AccountBook;
  inbox: Inbox;
  logger: Logger;
  metrics: Metrics;
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
    if (raw.method !== 'POST' || !isGenuine(webhook, raw, account.config)) return this.forged(account, raw);
    await this.take(webhook, raw, account);
    return OK;
  }

  private async take(
    webhook: WebhookDefinition<object>,
    raw: RawRequest,
    account: ChannelAccount<object>,
  ): Promise<void> {
    const onDefect = (error: unknown): void =>
      this.repeated.error(
        `parse:${account.kind}`,
        { err: error, channelId: account.id },
        'a webhook could not be read',
      );
    const events = eventsOf(webhook, raw, account, onDefect);
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
    if (mine && isGenuine(webhook, raw, other.account.config)) return other.account;
    this.repeated.warn(
      `account:${account.id}:${name}`,
      { channelId: account.id, account: name },
      'a webhook for another account',
    );
    return undefined;
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

/** Fails closed: a check that throws is a check that failed. */
function isGenuine(webhook: WebhookDefinition<object>, raw: RawRequest, config: object): boolean {
  try {
    return webhook.verify(raw, config);
  } catch {
    return false;
  }
}

function groupByAccount(events: AddressedEvent[]): Map<string, AddressedEvent['event'][]> {
  const groups = new Map<string, AddressedEvent['event'][]>();
  for (const { account, event } of events) groups.set(account, [...(groups.get(account) ?? []), event]);
  return groups;
}
