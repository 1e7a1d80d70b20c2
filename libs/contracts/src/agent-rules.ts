/** How an agent's turns are gathered from quick messages. */
export interface BurstRule {
  /** Milliseconds of quiet after the last message before the turn starts; 0 = every message has a turn of its own. */
  debounceMs: number;
  /** Messages in one turn at most. */
  maxBatch: number;
}

/** What an agent's turns cost. */
export interface CreditRule {
  perTurn: number;
  /** For every 1,000 tokens that the backend reports. */
  perThousandTokens: number;
}

/** What holds for an agent that says nothing else. */
export const BURST_RULE: BurstRule = { debounceMs: 0, maxBatch: 20 };
export const CREDIT_RULE: CreditRule = { perTurn: 1, perThousandTokens: 0 };

/** Bounds of the rules. Credits have at most 6 decimals. */
export const AGENT_LIMITS = {
  debounceMs: 30_000,
  maxBatch: 50,
  credits: 10_000,
  creditDecimals: 6,
} as const;

/** A burst that does not end is cut after this many times the quiet that would end it. */
export const LONGEST_BURST = 5;
