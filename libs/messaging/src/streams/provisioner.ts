import { RepeatedLog, type Logger } from '@skein/runtime';
import type { NatsLink } from '../link/nats-link.js';
import { provision } from './provision.js';

export interface ProvisionerOptions {
  /** 1 unless the cluster keeps three copies. */
  replicas?: number;
  /** The workspaces there are now. Asked at every repair; a failure to answer leaves their durables for later. */
  workspaces?: () => Promise<string[]> | string[];
}

/** Repairs that end within this many ms count for whoever asks next: many readers notice one wiped store at once. */
const FRESH_MS = 500;

/**
 * Puts streams and workspace durables back when a publish or a pull finds them gone: a wiped store must not need a
 * person. One repair runs at a time, whoever asks.
 */
export class Provisioner {
  private running: Promise<void> | undefined;
  private finishedAt = 0;
  private readonly repeated: RepeatedLog;

  constructor(
    private readonly link: NatsLink,
    logger: Logger,
    private readonly options: ProvisionerOptions = {},
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  /** Provisions everything. @throws as {@link provision} */
  repair(): Promise<void> {
    if (Date.now() - this.finishedAt < FRESH_MS) return Promise.resolve();
    this.running ??= this.provisionAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async provisionAll(): Promise<void> {
    const workspaces = await this.workspaces();
    await provision(this.link, { replicas: this.options.replicas ?? 1, workspaces });
    this.finishedAt = Date.now();
  }

  private async workspaces(): Promise<string[]> {
    try {
      return (await this.options.workspaces?.()) ?? [];
    } catch (error) {
      this.repeated.warn(
        'workspaces',
        { err: error },
        'the workspaces are not known now; their durables come later',
      );
      return [];
    }
  }
}
