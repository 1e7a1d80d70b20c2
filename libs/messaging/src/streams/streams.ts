import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

const MB = 1024 * 1024;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Subject on which JetStream tells that a consumer gave up on a message after its last permitted delivery. */
export const MAX_DELIVERIES = '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>';

/**
 * Largest message in bytes of the streams that services read in batches. A reader holds at most 4 MB, so one message
 * must be well below; our own publishers split at 512 KB. Whoever publishes more is refused in the PubAck.
 */
const MAX_MESSAGE = MB;

export type StreamName = 'SEND' | 'DELIVER' | 'WORK' | 'EVENTS' | 'DUE' | 'DEAD';
export type StreamSpec = Partial<StreamConfig> & { name: StreamName };

const WORK_QUEUE = {
  retention: RetentionPolicy.Workqueue,
  // `old` would drop unread work silently; `new` refuses, and the row's wake_at rings again later.
  discard: DiscardPolicy.New,
  max_bytes: 512 * MB,
  max_msg_size: MAX_MESSAGE,
};

const FACTS = { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old };

/** The six streams. Each has a byte limit, so that no backlog can fill the disk. */
const STREAMS: readonly StreamSpec[] = [
  { name: 'SEND', subjects: ['skein.send.>'], ...WORK_QUEUE },
  { name: 'DELIVER', subjects: ['skein.deliver.>'], ...WORK_QUEUE },
  { name: 'WORK', subjects: ['skein.work.>'], ...WORK_QUEUE },
  {
    name: 'EVENTS',
    subjects: ['skein.event.>'],
    ...FACTS,
    max_age: nanos(7 * DAY_MS),
    max_bytes: 1024 * MB,
    max_msg_size: MAX_MESSAGE,
  },
  {
    // A stream of its own: from nats-server 2.14.2 schedules refuse `discard: new`. Nothing is scheduled further
    // ahead than 24 h, so two days of age never expire a schedule.
    name: 'DUE',
    subjects: ['skein.schedule.>', 'skein.due.>'],
    ...FACTS,
    allow_msg_schedules: true,
    max_age: nanos(2 * DAY_MS),
    max_bytes: 256 * MB,
  },
  {
    name: 'DEAD',
    subjects: ['skein.dead.>', MAX_DELIVERIES],
    ...FACTS,
    max_age: nanos(30 * DAY_MS),
    max_bytes: 256 * MB,
  },
];

/** The streams as they are to be, with as many copies of each message as the cluster keeps (1 or 3). */
export function streamSpecs(replicas: number): StreamSpec[] {
  return STREAMS.map((spec) => ({
    ...spec,
    storage: StorageType.File,
    num_replicas: replicas,
    allow_direct: true,
  }));
}
