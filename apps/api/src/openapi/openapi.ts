import { Module, type Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { LOGGER } from '@skein/runtime';
import { API_CONTROLLERS } from '../api.controllers.js';
import { KeyRing } from '../http/key-ring.js';
import { serveDocsPage } from './docs-page.js';

function description() {
  return new DocumentBuilder()
    .setTitle('Skein')
    .setDescription('Two-way channels to people for agents and services.')
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'key')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
}

/** Serves the page at `/docs` and the document at `/docs-json`. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description()), {
    ui: false,
    raw: ['json'],
  });
  serveDocsPage(app);
}

/** The document alone, made from the controllers without starting anything they need. */
export async function buildOpenApi(): Promise<OpenAPIObject> {
  const needed = [KeyRing, ...API_CONTROLLERS.flatMap(dependenciesOf)].filter((token) => token !== Object);
  const providers = [...new Set([...needed, LOGGER])].map((provide) => ({
    provide: provide as Type,
    useValue: {},
  }));
  @Module({ controllers: API_CONTROLLERS, providers })
  class DocumentedModule {}
  const app = await NestFactory.create<NestFastifyApplication>(DocumentedModule, new FastifyAdapter(), {
    logger: false,
    preview: true,
    abortOnError: false,
  });
  const document = SwaggerModule.createDocument(app, description());
  await app.close();
  return document;
}

/** What a constructor asks for, as the compiler noted it; in preview nothing is ever asked of it. */
function dependenciesOf(controller: object): object[] {
  return (Reflect.getMetadata('design:paramtypes', controller) as object[] | undefined) ?? [];
}
