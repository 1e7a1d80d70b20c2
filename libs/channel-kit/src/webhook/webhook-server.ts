import { subjects, type ChannelKind, type RawAnswer } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { decodeWebhook, WEBHOOK_HEADER } from './wire.js';

/** Serves `skein.webhook.<kind>`: one replica of the kind's service gets each call (queue group). */
export class WebhookServer {
  private attached: NatsConnection | undefined;
  private subscriptions: Subscription[] = [];
  private readonly answering = new Set<Promise<void>>();
  private readonly detach: () => void;
  private stopped = false;

  constructor(
    private readonly link: NatsLink,
    private readonly kinds: readonly ChannelKind[],
    private readonly endpoint: WebhookEndpoint,
  ) {
    this.detach = link.onUp(() => this.attach());
    if (link.up) this.attach();
  }

  /** Takes no more and resolves when those under way are answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.detach();
    await Promise.allSettled(this.subscriptions.map((subscription) => subscription.drain()));
    await Promise.allSettled(this.answering);
  }

  /** A connection keeps its subscriptions over reconnects; a new one needs them anew. */
  private attach(): void {
    if (this.stopped || this.attached === this.link.nats) return;
    this.attached = this.link.nats;
    this.subscriptions = this.kinds.map((kind) =>
      this.link.nats.subscribe(subjects.webhook(kind), {
        queue: kind,
        callback: (error, message) => {
          if (!error) this.take(kind, message);
        },
      }),
    );
  }

  private take(kind: ChannelKind, message: Msg): void {
    const work: Promise<void> = this.answer(kind, message).finally(() => this.answering.delete(work));
    this.answering.add(work);
  }

  private async answer(kind: ChannelKind, message: Msg): Promise<void> {
    const call = decodeWebhook(message.data, message.headers?.get(WEBHOOK_HEADER) ?? '');
    const answer: RawAnswer = call
      ? await this.endpoint.answer(kind, call)
      : { status: 400, body: 'not a hand-over' };
    message.respond(JSON.stringify(answer));
  }
}
