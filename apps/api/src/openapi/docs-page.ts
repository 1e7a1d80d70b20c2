import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const START = `window.onload = () => SwaggerUIBundle({ url: '/docs-json', dom_id: '#docs', persistAuthorization: true });`;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Skein API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

/** Serves the reader for the OpenAPI document at `/docs`, from the installed package and from nowhere else. */
export function serveDocsPage(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const require = createRequire(import.meta.url);
  server.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  server.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const [name, type] of Object.entries(ASSETS)) {
    server.get(`/docs/${name}`, async (_request, reply) => {
      const file = await readFile(require.resolve(`swagger-ui-dist/${name}`));
      return reply.type(type).send(file);
    });
  }
}
