// One PostgreSQL for all integration files; each file copies a template database for itself (see @skein/testing).
import { join } from 'node:path';
import { freePorts, startPostgres } from '../../libs/stack/dist/index.js';
import { openDataRoot } from './data-root.mjs';

export default async function setup() {
  const [port] = await freePorts(1);
  const dataDir = join(openDataRoot(), 'shared');
  const server = await startPostgres({
    port,
    password: 'test',
    dataDir,
    database: 'postgres',
    durable: false,
  });
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.sharedPostgres = server;
}
