import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { subjects, type PlanAnswer, type PlanQuestion } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import { Db } from '@skein/persistence';
import { LOGGER, RepeatedLog, type Logger } from '@skein/runtime';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { planMessage } from './plan.js';
import { RouterService } from './router.service.js';

/** Plans made at once: each holds the locks of its lane for a moment. */
const MAX_AT_ONCE = 8;

/** Answers `skein.plan`: one replica gets each question (queue group). */
@Injectable()
export class PlanServer implements OnModuleDestroy {
  private attached: NatsConnection | undefined;
  private subscription: Subscription | undefined;
  private readonly answering = new Set<Promise<void>>();
  private readonly detach: () => void;
  private readonly repeated: RepeatedLog;

  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly router: RouterService,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
    this.detach = link.onUp(() => this.attach());
    if (link.up) this.attach();
  }

  async onModuleDestroy(): Promise<void> {
    this.detach();
    await this.subscription?.drain().catch(() => undefined);
    await Promise.allSettled(this.answering);
  }

  private attach(): void {
    if (this.attached === this.link.nats) return;
    this.attached = this.link.nats;
    this.subscription = this.link.nats.subscribe(subjects.plan(), {
      queue: 'router',
      callback: (error, message) => {
        if (!error) this.take(message);
      },
    });
  }

  private take(message: Msg): void {
    const work: Promise<void> = this.answer(message)
      .then((answer) => void message.respond(JSON.stringify(answer)))
      .finally(() => this.answering.delete(work));
    this.answering.add(work);
  }

  private async answer(message: Msg): Promise<PlanAnswer> {
    const busy = { refusal: { code: 'unavailable', detail: 'Too many plans are being made.' } } as const;
    if (this.answering.size > MAX_AT_ONCE) return busy;
    try {
      return { plan: await planMessage(this.db, this.router.context, message.json<PlanQuestion>()) };
    } catch (error) {
      this.repeated.warn('plan', { err: error }, 'a plan could not be made');
      return { refusal: { code: 'unavailable', detail: 'The plan could not be made right now.' } };
    }
  }
}
