import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Infra } from './infra.js';

/** Processes of one built service beside the test, as an orchestrator runs containers; each has a number. */
export class Replicas {
  private readonly processes: ChildProcess[] = [];

  /** @param main the service's compiled main.js. @param env what it needs beside the servers of the test. */
  constructor(
    private readonly main: string,
    private readonly infra: Infra,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  /** Starts one, in place of an earlier one of that number that has ended; resolves when its process runs, not when it works. */
  async start(index: number, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = fork(this.main, [], {
      stdio: 'ignore',
      execArgv: [],
      env: {
        PATH: process.env.PATH,
        NATS_URL: this.infra.natsUrl,
        DATABASE_URL: this.infra.databaseUrl,
        SKEIN_LOG_LEVEL: 'silent',
        ...this.env,
        ...env,
      },
    });
    this.processes[index] = child;
    await once(child, 'spawn');
  }

  /** Ends one without a word. */
  async kill(index: number): Promise<void> {
    const child = this.processes[index];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops one where it is: its leases run out without its knowing. */
  pause(index: number): void {
    this.processes[index]?.kill('SIGSTOP');
  }

  resume(index: number): void {
    this.processes[index]?.kill('SIGCONT');
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((_, index) => this.kill(index)));
  }
}
