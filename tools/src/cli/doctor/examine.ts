import 'reflect-metadata';
import type { Client } from '../client.js';
import { checkApi } from './api.js';
import { checkBroker } from './broker.js';
import { checkCredentials, checkSecretKey } from './credentials.js';
import { checkDatabase } from './database.js';
import type { Finding } from './finding.js';
import { checkDisk, checkSettings } from './machine.js';
import { findPlaces } from './places.js';

/** Looks at everything that can be seen from here, and changes nothing. */
export async function examine(client: Client, env: NodeJS.ProcessEnv = process.env): Promise<Finding[]> {
  const places = findPlaces(env, client.connection.dev);
  const api = await checkApi(client);
  const ids = (api.channels ?? []).map(({ id }) => id);
  const database = await checkDatabase(places, ids);
  const broker = await checkBroker(places, api.channels, (link) =>
    checkCredentials(database.channels, places.secretKey, link),
  );
  return [
    ...api.findings,
    ...database.findings,
    ...broker,
    checkSecretKey(places.secretKey),
    ...checkSettings(env, client.connection.url),
    ...(await checkDisk(places)),
  ];
}
