/** Statuses of what never reached the person: no model takes it for said, and nobody answers it. */
export const NEVER_SEEN: ReadonlySet<string> = new Set([
  'blocked',
  'failed',
  'expired',
  'canceled',
  'held',
  'scheduled',
]);
