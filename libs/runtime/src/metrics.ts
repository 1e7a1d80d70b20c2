import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Bucket bounds in seconds that suit both a claim (milliseconds) and a slow provider (tens of seconds). */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * The metrics of one service, in a registry of its own so that several services can live in one process. Asking
 * twice for a name gives the same metric. Names follow Prometheus: `skein_<what>_<unit>`, counters end in `_total`.
 */
export class Metrics {
  private readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
  }

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return (
      this.existing<Counter>(name) ?? new Counter({ name, help, labelNames, registers: [this.registry] })
    );
  }

  gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return this.existing<Gauge>(name) ?? new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** A histogram of seconds unless other bounds are given. */
  histogram(name: string, help: string, labelNames: string[] = [], buckets = SECONDS): Histogram {
    return (
      this.existing<Histogram>(name) ??
      new Histogram({ name, help, labelNames, buckets, registers: [this.registry] })
    );
  }

  /** Adds memory, CPU and event loop figures of the process: once per process, so only where a service has its own. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The Prometheus text of everything in the registry. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private existing<T>(name: string): T | undefined {
    return this.registry.getSingleMetric(name) as T | undefined;
  }
}
