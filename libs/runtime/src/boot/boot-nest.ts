import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext, Type, DynamicModule } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { nestLogger } from '../logging/nest-logger.js';
import { RpcRethrowFilter } from './rpc-rethrow.filter.js';

type FastifyOptions = ConstructorParameters<typeof FastifyAdapter>[0];

export interface HttpBoot {
  /** 0 = a free one. */
  port: number;
  /** All interfaces unless given. */
  host?: string;
  /** Options of Fastify: body limit, raw body, timeouts. */
  fastify?: FastifyOptions;
  /** Routes, pipes and filters that belong to the app; runs before it listens. */
  configure?(app: NestFastifyApplication): Promise<void> | void;
}

export interface NestBoot {
  logger: Logger;
  /** The transport whose handlers the controllers declare. Exactly one: with two, everything would be consumed twice. */
  strategy?: CustomTransportStrategy;
  http?: HttpBoot;
}

export interface NestApp {
  app: INestApplicationContext;
  /** The address really bound, where there is HTTP. */
  url?: string;
  /** Closes listeners and the transport and runs the shutdown hooks of every provider. */
  close(): Promise<void>;
}

/**
 * Creates and starts the Nest application of a service: Fastify with `http`, a microservice with only a `strategy`,
 * a plain application context with neither. The one place that knows which global enhancers a transport needs.
 */
export async function bootNest(module: Type | DynamicModule, boot: NestBoot): Promise<NestApp> {
  const options = { logger: nestLogger(boot.logger), abortOnError: false, bufferLogs: false };
  if (boot.http) return bootHttp(module, boot, boot.http, options);
  if (boot.strategy) return bootMicroservice(module, boot.strategy, options);
  const app = await NestFactory.createApplicationContext(module, options);
  return { app, close: () => app.close() };
}

type AppOptions = { logger: ReturnType<typeof nestLogger>; abortOnError: boolean; bufferLogs: boolean };

async function bootMicroservice(
  module: Type | DynamicModule,
  strategy: CustomTransportStrategy,
  options: AppOptions,
): Promise<NestApp> {
  const app = await NestFactory.createMicroservice(module, { ...options, strategy });
  app.useGlobalFilters(new RpcRethrowFilter());
  await app.listen();
  return { app, close: () => app.close() };
}

async function bootHttp(
  module: Type | DynamicModule,
  boot: NestBoot,
  http: HttpBoot,
  options: AppOptions,
): Promise<NestApp> {
  const adapter = new FastifyAdapter(http.fastify ?? {});
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    ...options,
    rawBody: true,
    forceCloseConnections: true,
  });
  if (boot.strategy) {
    // Global filters and pipes apply to messages only with this flag.
    app.connectMicroservice({ strategy: boot.strategy }, { inheritAppConfig: true });
    app.useGlobalFilters(new RpcRethrowFilter(app.getHttpAdapter()));
  }
  await http.configure?.(app);
  if (boot.strategy) await app.startAllMicroservices();
  await app.listen(http.port, http.host ?? '0.0.0.0');
  return { app, url: await app.getUrl(), close: () => app.close() };
}
