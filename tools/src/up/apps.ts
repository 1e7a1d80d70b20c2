import type { ServiceDefinition } from '@skein/runtime';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Settings } from './settings.js';

const APPS = fileURLToPath(new URL('../../../apps/', import.meta.url));

/** A service found in apps/, with the compiled file that runs it alone. */
export interface App {
  definition: ServiceDefinition;
  main: string;
}

/** Finds every app that exports a service, in the order they start: the reverse of the order they stop. */
export async function findApps({ hasSandbox, only }: Pick<Settings, 'hasSandbox' | 'only'>): Promise<App[]> {
  const names = readdirSync(APPS).filter((name) => existsSync(join(APPS, name, 'dist', 'service.js')));
  const wanted = names.filter((name) => (name === 'sandbox' ? hasSandbox : !only || only.includes(name)));
  const apps = await Promise.all(wanted.map(loadApp));
  return apps.sort((a, b) => b.definition.stopOrder - a.definition.stopOrder);
}

async function loadApp(name: string): Promise<App> {
  const dist = join(APPS, name, 'dist');
  const module = (await import(pathToFileURL(join(dist, 'service.js')).href)) as {
    service: ServiceDefinition;
  };
  return { definition: module.service, main: join(dist, 'main.js') };
}
