import { Controller, Get, Inject, Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { serviceParts } from './service-parts.js';
import { ServiceConfig } from '../config/service-config.js';
import { HealthRegistry } from '../health/health.js';
import { bootNest } from './boot-nest.js';
import { LOGGER, RuntimeModule } from './runtime.module.js';
import type { Logger } from '../logging/logger.js';

@Controller()
class HelloController {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly config: ServiceConfig,
  ) {}

  @Get('/hello')
  hello(): object {
    return {
      level: this.logger.level,
      pool: this.config.dbPool,
      health: this.health instanceof HealthRegistry,
    };
  }
}

describe('bootNest', () => {
  it('serves HTTP on a free port with the parts of the runtime injected, and closes', async () => {
    const env = { NATS_URL: 'nats://h', DATABASE_URL: 'postgres://h/x', SKEIN_LOG_LEVEL: 'warn' };
    const parts = serviceParts('api', ServiceConfig, env);
    @Module({ imports: [RuntimeModule.forRoot(parts)], controllers: [HelloController] })
    class TestModule {}
    const nest = await bootNest(TestModule, { logger: parts.logger, http: { port: 0, host: '127.0.0.1' } });
    const answer = await fetch(`${nest.url}/hello`);
    expect(await answer.json()).toEqual({ level: 'warn', pool: 6, health: true });
    await nest.close();
    await expect(fetch(`${nest.url}/hello`)).rejects.toThrow();
  });
});
