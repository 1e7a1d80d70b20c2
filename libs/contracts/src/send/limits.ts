/** Bounds of one send request, whatever the channel. A channel's own limits stand in its capabilities. */
export const SEND_LIMITS = {
  /** Bytes of UTF-8 in any one text; more is `payload_too_large`. */
  textBytes: 64 * 1024,
  /** Bytes of an e-mail body, which carries its own markup. */
  emailBodyBytes: 512 * 1024,
  /** Bytes of `customFields` as JSON. */
  customFieldsBytes: 16 * 1024,
  /** Levels of nesting in the whole body. */
  depth: 16,
  /** Members of one object: the time to read an object as a class grows with their square. Lists have no such limit. */
  members: 1000,
  batch: 1000,
  keyLength: 255,
  delayMs: { min: 3_000, max: 86_400_000 },
  /** A year and a leap day, in ms. */
  scheduleAheadMs: 366 * 86_400_000,
  holdForSeconds: { min: 1, max: 30 * 86_400 },
} as const;

/** E.164, checked by shape only. */
export const E164 = /^\+[1-9]\d{6,14}$/;
