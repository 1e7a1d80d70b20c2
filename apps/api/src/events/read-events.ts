import { AckPolicy, DeliverPolicy, type Consumer, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { subjects, type PublicEvent } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import { idOf, startOf, type GapReason, type Position, type Start } from './position.js';

const STREAM = 'EVENTS';
/** Bytes asked for at once: what waits here for a slow reader. A message is an array of events and at most 1 MB. */
const PULL_BYTES = 2 * 1024 * 1024;
/** Milliseconds that one pull stays open. */
const PULL_MS = 10_000;
/** The server forgets a consumer that nobody pulls from for this long: its process died, or it waits for a slow reader. */
const FORGOTTEN_MS = 60_000;
const AGAIN_MS = 250;

/** What somebody follows. */
export interface Feed {
  workspaceId: string;
  /** Types of events; none = all. */
  types: readonly string[];
}

/** One event and the id under which reading goes on after it; or the news that events may be missing. */
export type FedItem = { id: string; event: PublicEvent } | { id: string; gap: GapReason };

/** Where a reader starts. @throws NatsAwayError, or the client's error when there is no stream. */
export async function findStart(link: NatsLink, last: Position | undefined): Promise<Start> {
  const manager = await link.manager();
  const { created, state } = await manager.streams.info(STREAM);
  const { first_seq: firstSeq, last_seq: lastSeq } = state;
  return startOf({ createdMs: Date.parse(created), firstSeq, lastSeq }, last);
}

/**
 * The events of a workspace from a place on, in order, each once, for as long as nobody aborts: over reconnects, and over a
 * consumer that the server lost. Reads no further ahead than one pull.
 */
export async function* readEvents(
  link: NatsLink,
  feed: Feed,
  start: Start,
  signal: AbortSignal,
): AsyncGenerator<FedItem> {
  let from: Start | undefined = start;
  let last = start.position;
  while (!signal.aborted) {
    from ??= await findStart(link, last).catch(() => undefined);
    if (from?.gap !== undefined) yield { id: idOf(from.position), gap: from.gap };
    if (from !== undefined) {
      last = from.position;
      for await (const item of readOnce(link, feed, last, signal)) {
        last = item.position;
        yield { id: idOf(last), event: item.event };
      }
    }
    from = undefined;
    if (!signal.aborted) await pause(signal);
  }
}

interface Placed {
  position: Position;
  event: PublicEvent;
}

/** Reads until something goes wrong; whoever calls it begins again after the last event. */
async function* readOnce(
  link: NatsLink,
  feed: Feed,
  from: Position,
  signal: AbortSignal,
): AsyncGenerator<Placed> {
  const { epoch } = link;
  let consumer: Consumer | undefined;
  let delivered = 0;
  try {
    consumer = await open(link, feed, from);
    while (!signal.aborted && link.epoch === epoch) {
      const before = delivered;
      try {
        for await (const message of await pull(consumer, signal)) {
          delivered += 1;
          // The consumer numbers what it delivers: a number left out is a message that never came.
          if (message.info.deliverySequence !== delivered) return;
          yield* placed(message, from);
        }
      } catch (error) {
        // A pull that brought something may end with a status (the byte limit is reached): go on with the next one.
        if (delivered === before) throw error;
      }
    }
  } catch {
    // NATS is away, or the consumer or its stream is gone.
  } finally {
    await consumer?.delete().catch(() => undefined);
  }
}

async function open(link: NatsLink, { workspaceId, types }: Feed, from: Position): Promise<Consumer> {
  const manager = await link.manager();
  const info = await manager.consumers.add(STREAM, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from.seq,
    filter_subjects: (types.length === 0 ? ['>'] : types).map((type) => subjects.event(workspaceId, type)),
    inactive_threshold: nanos(FORGOTTEN_MS),
    mem_storage: true,
    num_replicas: 1,
  });
  return link.js.consumers.getConsumerFromInfo(info);
}

async function pull(consumer: Consumer, signal: AbortSignal): Promise<AsyncIterable<JsMsg>> {
  const messages = await consumer.fetch({ max_bytes: PULL_BYTES, expires: PULL_MS, bind: true });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  void messages.closed().then(() => signal.removeEventListener('abort', stop));
  if (signal.aborted) stop();
  return messages;
}

function* placed(message: JsMsg, from: Position): Generator<Placed> {
  const events = message.json<PublicEvent[]>();
  const seen = message.seq === from.seq ? from.index : 0;
  for (const [index, event] of events.entries())
    if (index >= seen) yield { position: { stream: from.stream, seq: message.seq, index: index + 1 }, event };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, AGAIN_MS);
    signal.addEventListener('abort', done, { once: true });
  });
}
