import { loadConfig } from '@skein/runtime';
import type { ReadyReport, RunningService, ServiceDefinition } from '@skein/runtime';
import { SandboxConfig } from './config.js';
import { startSandbox } from './sandbox.js';

/** The provider side as a service: development and tests only, stopped after everything that calls it. */
export const service: ServiceDefinition = { name: 'sandbox', stopOrder: 9, start };

async function start(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const { sandbox, port, smtpPort, smppPort, dataDir, databaseUrl } = loadConfig(SandboxConfig, env);
  if (sandbox === 'off') return running({ sandbox: 'off' }, () => Promise.resolve());
  const advanceOthers = (seconds: number): Promise<void> => advanceDatabase(databaseUrl, seconds);
  const started = await startSandbox({ port, smtpPort, smppPort, dataDir, advanceOthers });
  return running({ http: 'ok', smtp: 'ok' }, () => started.stop());
}

function running(checks: ReadyReport['checks'], stop: () => Promise<void>): RunningService {
  return { name: 'sandbox', ready: () => Promise.resolve({ ready: true, checks }), stop };
}

/** Loaded when first needed: the provider side of a benchmark has no use for a database client. */
async function advanceDatabase(databaseUrl: string | undefined, seconds: number): Promise<void> {
  if (databaseUrl === undefined) return;
  const { advanceClock } = await import('@skein/persistence');
  await advanceClock(databaseUrl, seconds);
}
