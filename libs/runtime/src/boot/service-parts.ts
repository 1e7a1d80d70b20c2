import { loadConfig } from '../config/load-config.js';
import type { ServiceConfig } from '../config/service-config.js';
import { HealthRegistry } from '../health/health.js';
import { startHealthServer, type HealthServer } from '../health/health-server.js';
import { createLogger } from '../logging/logger.js';
import { Metrics } from '../metrics.js';
import type { RuntimeParts } from './runtime.module.js';

/**
 * The parts every service makes first: its settings, its own logger, health checks and metrics.
 *
 * @throws ConfigError when a setting is wrong.
 */
export function serviceParts<T extends ServiceConfig>(
  name: string,
  Config: new () => T,
  env: NodeJS.ProcessEnv,
): RuntimeParts & { config: T } {
  const config = loadConfig(Config, env);
  return {
    config,
    logger: createLogger(name, config.logLevel),
    health: new HealthRegistry(),
    metrics: new Metrics(name),
  };
}

/** The health server a service without HTTP of its own has when a port is set; nothing with port 0. */
export async function healthServerOf(parts: RuntimeParts): Promise<HealthServer | undefined> {
  const { healthPort } = parts.config;
  return healthPort === 0 ? undefined : startHealthServer(healthPort, parts.health, parts.metrics);
}
