import type { ReadyReport, RunningService, ServiceDefinition } from '../service.js';

/** Several services living in this process. */
export interface ServiceGroup {
  services: RunningService[];
  /** Ready when every service is; checks are named `<service>.<check>`. */
  ready(): Promise<ReadyReport>;
  /** Stops in the order of `stopOrder`; services of one order stop together. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts several services in this process, the one that stops last first, so that what the others lean on is there.
 * Touches no signals: the launcher that calls it owns them.
 *
 * @throws the error of the first service that cannot start, after stopping those already started.
 */
export async function startInProcess(
  definitions: ServiceDefinition[],
  env: NodeJS.ProcessEnv,
): Promise<ServiceGroup> {
  const started = new Map<ServiceDefinition, RunningService>();
  const stop = () => stopInOrder(started);
  const lastFirst = [...definitions].sort((a, b) => b.stopOrder - a.stopOrder);
  try {
    for (const definition of lastFirst) started.set(definition, await definition.start(env));
  } catch (error) {
    await stop();
    throw error;
  }
  const services = [...started.values()];
  return { services, stop, ready: () => reportOf(services) };
}

async function stopInOrder(started: Map<ServiceDefinition, RunningService>): Promise<void> {
  const orders = [...new Set([...started.keys()].map((definition) => definition.stopOrder))];
  for (const order of orders.sort((a, b) => a - b)) {
    const group = [...started].filter(([definition]) => definition.stopOrder === order);
    await Promise.allSettled(group.map(([, service]) => service.stop()));
  }
}

async function reportOf(services: RunningService[]): Promise<ReadyReport> {
  const reports = await Promise.all(
    services.map(async (service) => ({ name: service.name, report: await service.ready() })),
  );
  const checks = reports.flatMap(({ name, report }) =>
    Object.entries(report.checks).map(([check, detail]) => [`${name}.${check}`, detail]),
  );
  return {
    ready: reports.every(({ report }) => report.ready),
    checks: Object.fromEntries(checks) as Record<string, string>,
  };
}
