/** What a test asks a launcher, over the IPC channel between them, to do with one of its parts. */
export interface ControlRequest {
  id: number;
  /** 'nats', 'postgres' or the name of a service. */
  part: string;
  /** `wipe` empties the JetStream store; `replicate` starts another process of the service. */
  action: 'pid' | 'kill' | 'stop' | 'restart' | 'wipe' | 'replicate';
  signal?: NodeJS.Signals;
  /** `replicate` only: the new part's name, and what its environment has of its own. */
  as?: string;
  env?: Record<string, string>;
}

/** Answer to the request with the same id: the part's process id while it runs, or what went wrong. */
export interface ControlAnswer {
  id: number;
  pid?: number;
  error?: string;
}

/** Sent once, when the stack is ready. */
export interface ReadyNotice {
  event: 'ready';
}
