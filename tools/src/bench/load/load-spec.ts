/** What the load generator sends. All contestants take the same bodies at their own addresses. */
export interface LoadSpec {
  origin: string;
  /** Path for one message a request, and for batches. */
  paths: { one: string; batch: string };
  headers: Record<string, string>;
  channelId: string;
  /** Marks the texts of this run. */
  tag: string;
  messages: number;
  /** Messages per request. */
  batch: number;
  /** Requests kept in flight, each on a connection of its own. */
  connections: number;
}

/** What the load generator saw. */
export interface LoadReport {
  /** Epoch ms at which the request with message i was begun. */
  begunAt: Float64Array;
  /** Ms from request to answer, one per request. */
  acceptMs: Float64Array;
  startedAt: number;
  endedAt: number;
  /** Requests not answered with 2xx; must be 0. */
  refused: number;
  firstRefusal?: string;
}
