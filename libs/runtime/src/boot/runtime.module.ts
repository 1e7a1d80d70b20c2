import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ServiceConfig } from '../config/service-config.js';
import { HealthRegistry } from '../health/health.js';
import { Metrics } from '../metrics.js';

/** Injection token of the service's logger (a pino `Logger`, which is an interface and cannot be a token itself). */
export const LOGGER = Symbol('skein:logger');

/** Injection token of the service's configuration object; its class is usable as a token as well. */
export const CONFIG = Symbol('skein:config');

/** What a service has before Nest starts. */
export interface RuntimeParts {
  config: ServiceConfig;
  logger: Logger;
  health: HealthRegistry;
  metrics: Metrics;
}

/** Makes the parts of the runtime injectable everywhere in the service's application. */
@Module({})
export class RuntimeModule {
  static forRoot(parts: RuntimeParts): DynamicModule {
    const providers = [
      { provide: LOGGER, useValue: parts.logger },
      { provide: CONFIG, useValue: parts.config },
      { provide: parts.config.constructor, useValue: parts.config },
      { provide: HealthRegistry, useValue: parts.health },
      { provide: Metrics, useValue: parts.metrics },
    ];
    return {
      module: RuntimeModule,
      global: true,
      providers,
      exports: providers.map((provider) => provider.provide),
    };
  }
}
