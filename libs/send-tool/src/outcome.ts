/** What became of a send, in the three words the tool knows; `no_turn`: there is nobody to send in whose name. */
export type ToolOutcome =
  { is: 'delivered' } | { is: 'held' | 'not_delivered'; reason: string } | { is: 'no_turn' };
