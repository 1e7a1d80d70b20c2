/** 1 January 2015, from which Discord counts (API reference, snowflakes). */
const EPOCH_MS = 1_420_070_400_000n;

/** Ids of messages, channels and people; they come as text, for they do not fit a number. */
const SNOWFLAKE = /^\d{15,20}$/;

/** The value when it is an id. */
export function snowflakeOf(value: unknown): string | undefined {
  return typeof value === 'string' && SNOWFLAKE.test(value) ? value : undefined;
}

/** The moment at which an id was made, ISO 8601. */
export function madeAt(snowflake: string): string {
  const ms = Number((BigInt(snowflake) >> 22n) + EPOCH_MS);
  return new Date(Math.min(ms, 8_640_000_000_000_000)).toISOString();
}
