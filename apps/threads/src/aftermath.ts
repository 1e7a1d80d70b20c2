import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN, subjects } from '@skein/contracts';
import { NatsLink, Publisher } from '@skein/messaging';
import {
  Db,
  tellOutbox,
  type Advanced,
  type Appended,
  type OutboxRow,
  type Teller,
} from '@skein/persistence';
import { LOGGER, RepeatedLog, type Logger } from '@skein/runtime';

interface OfWorkspace {
  workspaceId: string;
  id: string;
}

/** What follows a commit: doorbells for the next service, facts for the world. None of it can undo the commit. */
@Injectable()
export class Aftermath {
  private readonly repeated: RepeatedLog;
  private readonly teller: Teller;

  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
    link: NatsLink,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
    this.teller = {
      publishEvents: (workspaceId, type, items) => publisher.publishEvents(workspaceId, type, items),
      publishCore: (subject, payload) => link.publishCore(subject, payload),
    };
  }

  async ofAdvance({ outbox, returned }: Advanced): Promise<void> {
    await Promise.all([this.ringRouter(returned), this.tell(outbox)]);
  }

  /** The router hears of what was held before the agents hear of what was said. */
  async ofAppend({ outbox, released, ended, receipts, threads }: Appended): Promise<void> {
    await this.ringRouter(released);
    for (const [workspaceId, inbound] of byWorkspace(receipts)) {
      void this.publisher.ring(subjects.threads(workspaceId), { inbound });
    }
    for (const [workspaceId, calls] of byWorkspace(ended)) {
      void this.publisher.ring(subjects.threads(workspaceId), { calls });
    }
    for (const [workspaceId, ids] of byWorkspace(threads)) {
      void this.publisher.ring(subjects.turns(workspaceId), { threads: ids });
    }
    await this.tell(outbox);
  }

  /** Tells facts; those that cannot be told now stay in the outbox for the sweeper. */
  async tell(rows: OutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tellOutbox(this.db, this.teller, rows).catch((error: unknown) =>
      this.repeated.warn('tell', { err: error }, 'facts wait in the outbox'),
    );
  }

  private async ringRouter(messages: OfWorkspace[]): Promise<void> {
    const rung = [...byWorkspace(messages)].map(([workspaceId, ids]) =>
      this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids }),
    );
    await Promise.all(rung);
  }
}

/** Ids by workspace, each once, in their order. */
export function byWorkspace(rows: OfWorkspace[]): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const { workspaceId, id } of rows) {
    groups.set(workspaceId, (groups.get(workspaceId) ?? new Set()).add(id));
  }
  return new Map([...groups].map(([workspaceId, ids]) => [workspaceId, [...ids]]));
}
