/** What may be changed on a live stream or consumer without losing or repeating messages. */
const STREAM_MAY_CHANGE = [
  'subjects',
  'max_bytes',
  'max_age',
  'max_msg_size',
  'num_replicas',
  'allow_direct',
  'allow_msg_schedules',
] as const;

/** What must be as it is: a change would drop unread work or is impossible; a person has to decide. */
const STREAM_MUST_NOT = ['retention', 'storage', 'discard'] as const;

const CONSUMER_MAY_CHANGE = ['filter_subjects', 'ack_wait', 'max_ack_pending', 'max_deliver'] as const;
const CONSUMER_MUST_NOT = ['ack_policy', 'deliver_policy'] as const;

/** The difference between what is wanted and what is there. */
export interface Drift {
  change: string[];
  refuse: string[];
}

type Config = Readonly<Record<string, unknown>>;

/** Compares a stream. Settings that the wanted side does not name are left as they are. */
export function streamDrift(wanted: object, actual: object): Drift {
  return compare(wanted as Config, actual as Config, STREAM_MAY_CHANGE, STREAM_MUST_NOT);
}

/** Compares a durable consumer. */
export function consumerDrift(wanted: object, actual: object): Drift {
  return compare(wanted as Config, actual as Config, CONSUMER_MAY_CHANGE, CONSUMER_MUST_NOT);
}

function compare(
  wanted: Config,
  actual: Config,
  mayChange: readonly string[],
  mustNot: readonly string[],
): Drift {
  const differs = (key: string) => wanted[key] !== undefined && normal(wanted[key]) !== normal(actual[key]);
  return { change: mayChange.filter(differs), refuse: mustNot.filter(differs) };
}

/** The server leaves out what is false, and gives lists in its own order. */
function normal(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify([...(value as unknown[])].sort());
  return JSON.stringify(value ?? false);
}
