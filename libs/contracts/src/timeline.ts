/** One step in the life of a message, as it is stored: short, without words. */
export interface TimelineStep {
  /** ISO 8601. */
  at: string;
  step: TimelineStepName;
  detail?: Record<string, unknown>;
}

const WORDS = {
  accepted: 'Accepted and stored.',
  scheduled: 'Scheduled for later.',
  due: 'The scheduled time came.',
  routed: 'Routed to a channel and address, and rendered.',
  held: 'Held: the service window is closed, it goes out when the person writes.',
  prompted: 'An opt-in prompt was sent in its place.',
  released: 'Released: the person wrote.',
  returned: 'Sent back to policy: the window had closed when it was about to leave.',
  blocked: 'Blocked by policy.',
  failed: 'Failed.',
  expired: 'Expired before it could be sent.',
  canceled: 'Canceled.',
  rescheduled: 'Moved to another time.',
  claimed: 'A channel service took the call.',
  attempt: 'The provider answered.',
  sent: 'The platform took it.',
  delivered: 'Delivered to the device.',
  read: 'Read.',
  unknown: 'The outcome is not known: the provider may have it.',
  received: 'Received from the person.',
  turn: 'A turn of the agent started on it.',
  turn_later: 'The agent will answer later.',
  turn_again: 'The agent could not answer; it is asked again.',
  turn_failed: 'The turn of the agent failed.',
  turn_merged: 'Answered together with a later message of the same burst.',
  instructed: 'Told to the agent; the person never sees it.',
  heeded: 'A turn of the agent ended that was given it.',
} as const;

export type TimelineStepName = keyof typeof WORDS;

/** The step in plain words. */
export function wordsOf(step: TimelineStepName): string {
  return WORDS[step];
}
