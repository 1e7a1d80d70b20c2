/** What a service says about itself: `checks` maps the name of each part to `ok` or to what is wrong with it. */
export interface ReadyReport {
  ready: boolean;
  checks: Record<string, string>;
}

/** A started service. `stop` finishes work in flight and closes everything it opened; it never rejects. */
export interface RunningService {
  name: string;
  ready(): Promise<ReadyReport>;
  stop(): Promise<void>;
}

/**
 * A service as data: how to start it and where it stands in the order of stopping (1 stops first).
 *
 * `start` rejects only for what cannot mend itself, such as wrong settings. Postgres or NATS being away is a
 * state that `ready` reports, not a failure to start.
 */
export interface ServiceDefinition {
  name: string;
  stopOrder: number;
  start(env: NodeJS.ProcessEnv): Promise<RunningService>;
}
