import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DECISIVE, subjects } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import {
  Db,
  isDatabaseAway,
  MicroBatcher,
  readTurnAnswers,
  type AnswerQuestion,
  type TurnAnswerRow,
} from '@skein/persistence';

const BATCH = { max: 64, delayMs: 2 };
/** When the rows are read although nobody said anything, in ms after the commit; then every so often. */
const LOOKS_MS = [250, 1000, 2000];
const THEN_EVERY_MS = 2000;

/** How a wait ended; `row` is what there was to read at its end. */
export interface Waited {
  how: 'answered' | 'late' | 'gone' | 'stopping';
  row: TurnAnswerRow | undefined;
}

/** Waits until a turn is over and what it said can be read: live news are a hint to read the rows, the rows are the answer. */
@Injectable()
export class AnswerWaiter implements OnModuleDestroy {
  private readonly reading: MicroBatcher<AnswerQuestion, TurnAnswerRow | undefined>;
  /** Who waits now, and how to wake them. */
  private readonly open = new Map<Promise<Waited>, Alarm>();
  private stopping = false;

  constructor(
    private readonly link: NatsLink,
    db: Db,
  ) {
    this.reading = new MicroBatcher((questions) => readTurnAnswers(db, questions), BATCH);
  }

  /** Lets everybody go who waits: whoever asks again with the same key gets the answer from another process. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    for (const alarm of this.open.values()) alarm.ring();
    await Promise.allSettled(this.open.keys());
  }

  /** @param gone aborts when nobody reads the answer any more. */
  async wait(question: AnswerQuestion, seconds: number, gone: AbortSignal): Promise<Waited> {
    const alarm = new Alarm();
    const news = new News(this.link, question.workspaceId, () => alarm.ring());
    const wake = (): void => alarm.ring();
    gone.addEventListener('abort', wake, { once: true });
    const waiting = this.look(question, Date.now() + seconds * 1000, { alarm, news, gone });
    this.open.set(waiting, alarm);
    try {
      return await waiting;
    } finally {
      this.open.delete(waiting);
      gone.removeEventListener('abort', wake);
      news.close();
    }
  }

  /** What was accepted stays so while the database is away. */
  private async read(question: AnswerQuestion): Promise<TurnAnswerRow | undefined> {
    try {
      return await this.reading.add(question);
    } catch (error) {
      if (isDatabaseAway(error)) return undefined;
      throw error;
    }
  }

  /** It listens before it reads, so that whatever happens after the reading wakes it. */
  private async look(
    question: AnswerQuestion,
    deadline: number,
    { alarm, news, gone }: { alarm: Alarm; news: News; gone: AbortSignal },
  ): Promise<Waited> {
    news.follow([question.messageId]);
    for (const looks = [...LOOKS_MS]; ;) {
      alarm.set();
      const row = await this.read(question);
      if (row !== undefined && isComplete(row)) return { how: 'answered', row };
      if (gone.aborted) return { how: 'gone', row };
      if (this.stopping) return { how: 'stopping', row };
      const left = deadline - Date.now();
      if (left <= 0) return { how: 'late', row };
      // What is followed only now may have happened before: read once more without waiting.
      if (news.follow(subjectsOf(row))) continue;
      await alarm.within(Math.min(left, looks.shift() ?? THEN_EVERY_MS));
    }
  }
}

/** The turn is over, and everything that it said has got somewhere. */
function isComplete({ state, replies }: TurnAnswerRow): boolean {
  return (state === 'done' || state === 'failed') && replies.every(({ status }) => DECISIVE.has(status));
}

/** The messages whose news move the answer on. */
function subjectsOf(row: TurnAnswerRow | undefined): string[] {
  if (row === undefined) return [];
  const waiting = row.replies.filter(({ status }) => !DECISIVE.has(status));
  return [...(row.turnMessageId === null ? [] : [row.turnMessageId]), ...waiting.map(({ id }) => id)];
}

/** News of messages, as they are told live; with NATS away there are none, and the looks still come. */
class News {
  private readonly followed = new Map<string, () => void>();

  constructor(
    private readonly link: NatsLink,
    private readonly workspaceId: string,
    private readonly heard: () => void,
  ) {}

  /** @returns true when one of them was not followed yet. */
  follow(messageIds: string[]): boolean {
    const fresh = messageIds.filter((id) => !this.followed.has(id));
    for (const id of fresh) this.followed.set(id, this.listen(id));
    return fresh.length > 0;
  }

  close(): void {
    for (const stop of this.followed.values()) stop();
  }

  private listen(messageId: string): () => void {
    if (!this.link.up) return () => undefined;
    const subscription = this.link.nats.subscribe(subjects.status(this.workspaceId, messageId), {
      callback: (error) => {
        if (error === null) this.heard();
      },
    });
    return () => subscription.unsubscribe();
  }
}

/** Rings once between two settings, whenever that is. */
class Alarm {
  private ringing: () => void = () => undefined;
  private rung: Promise<void> = Promise.resolve();

  set(): void {
    this.rung = new Promise((resolve) => (this.ringing = resolve));
  }

  ring(): void {
    this.ringing();
  }

  /** Resolves when it has rung since it was set, or after `ms`. */
  within(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      void this.rung.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
