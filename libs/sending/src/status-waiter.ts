import { Injectable } from '@nestjs/common';
import { DECISIVE, subjects, type MessageStatus } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import { Db, isDatabaseAway, readOutcomes, type OutcomeRow } from '@skein/persistence';

/** When the row is read although nobody said anything, in ms after the commit. */
const LOOKS_MS = [0, 250, 1000];

/** Somebody who waits for a message. Closing it twice is fine. */
export interface Wait {
  /** Resolves with the row when it is decisive, or with what it is when the time is over. */
  result(seconds: number): Promise<OutcomeRow | undefined>;
  close(): void;
}

/** Waits for the first decisive status of a message: live news are a hint to read the row, the row is the answer. */
@Injectable()
export class StatusWaiter {
  constructor(
    private readonly link: NatsLink,
    private readonly db: Db,
  ) {}

  /** Begins to listen; call it before the commit, so that no news is missed. */
  open(workspaceId: string, messageId: string): Wait {
    let wake: () => void = () => undefined;
    const stop = this.listen(subjects.status(workspaceId, messageId), () => wake());
    return {
      close: stop,
      result: async (seconds) => {
        const deadline = Date.now() + seconds * 1000;
        const started = Date.now();
        const looks = [...LOOKS_MS];
        for (;;) {
          const news = new Promise<void>((resolve) => (wake = resolve));
          const row = await this.read(workspaceId, messageId);
          const left = deadline - Date.now();
          if (left <= 0 || (row !== undefined && DECISIVE.has(row.status))) return row;
          while ((looks[0] ?? Infinity) <= Date.now() - started) looks.shift();
          const next = (looks[0] ?? Infinity) - (Date.now() - started);
          await withTimeout(news, Math.min(left, next));
        }
      },
    };
  }

  private async read(workspaceId: string, messageId: string): Promise<OutcomeRow | undefined> {
    // What was accepted stays so while the database is away: an answer that cannot be read now is one that is not known yet.
    const rows = await readOutcomes(this.db, workspaceId, [messageId]).catch((error: unknown) =>
      isDatabaseAway(error) ? undefined : Promise.reject(error as Error),
    );
    return rows?.get(messageId);
  }

  /** NATS away: the looks at the row still come. */
  private listen(subject: string, onDecisive: () => void): () => void {
    if (!this.link.up) return () => undefined;
    const subscription = this.link.nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null && isDecisive(message.string())) onDecisive();
      },
    });
    return () => subscription.unsubscribe();
  }
}

function isDecisive(json: string): boolean {
  try {
    return DECISIVE.has((JSON.parse(json) as { status: MessageStatus }).status);
  } catch {
    return false;
  }
}

/** Resolves with the event or after `ms`, whichever is first. */
function withTimeout(event: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void event.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
