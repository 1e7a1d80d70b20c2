import { Controller, Get, Header, Res, type OnModuleInit } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Db } from '@skein/persistence';
import { HealthRegistry, Metrics, type ReadyReport } from '@skein/runtime';
import type { FastifyReply } from 'fastify';

@ApiTags('operations')
@Controller()
export class HealthController implements OnModuleInit {
  constructor(
    private readonly db: Db,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.health.add('postgres', () => this.db.query('health', 'SELECT 1'));
  }

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers' })
  live(): string {
    return 'ok';
  }

  @Get('health/ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Every part it needs answers; 503 otherwise' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyReport> {
    const report = await this.health.report();
    void reply.status(report.ready ? 200 : 503);
    return report;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Prometheus metrics' })
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.text();
  }
}
