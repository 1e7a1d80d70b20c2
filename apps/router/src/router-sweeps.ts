import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NatsLink, oldestPendingAgeMs } from '@skein/messaging';
import { Db, expireHeld, sweepRoutable } from '@skein/persistence';
import { Sweeper } from '@skein/worker';
import { RouterService } from './router.service.js';
import { noteFacts, type StatusFact } from './tell.js';

/** What the router looks for when no bell rings: accepted and scheduled messages that wait too long, holds that are over. */
@Injectable()
export class RouterSweeps implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly router: RouterService,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({
      name: 'waiting messages',
      run: () => this.sweepWaiting(),
      backlogAgeMs: () => oldestPendingAgeMs(this.link, 'SEND', 'router'),
    });
    this.sweeper.add({ name: 'expired holds', run: () => this.sweepHeld() });
  }

  private async sweepWaiting(): Promise<number> {
    const rows = await sweepRoutable(this.db);
    const now = Date.now();
    const isLater = (row: (typeof rows)[number]) =>
      row.status === 'scheduled' && (row.due_at?.getTime() ?? 0) > now;
    await this.router.schedule(rows.filter(isLater));
    const due = rows.filter((row) => row.status === 'scheduled' && !isLater(row));
    await this.router.routeDue(due.map((row) => row.id));
    await this.router.route(rows.filter((row) => row.status === 'accepted').map((row) => row.id));
    return rows.length;
  }

  private async sweepHeld(): Promise<number> {
    const { taken, outbox } = await this.db.transaction(async (sql) => {
      const facts = (await expireHeld(sql)).map((row): StatusFact => ({
        workspaceId: row.workspace_id,
        messageId: row.id,
        conversationId: row.thread_id,
        contactId: row.contact_id,
        idempotencyKey: row.idempotency_key,
        status: 'expired',
        reason: 'held_too_long',
        losses: [],
      }));
      return { taken: facts.length, outbox: await noteFacts(sql, facts) };
    });
    this.router.tell(outbox);
    return taken;
  }
}
