import { isHeaderText, NO_HEADER_TEXT } from '@skein/contracts';
import type { DevFile } from '@skein/stack';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { misused } from './cli-error.js';

/** What the command line says about where to go. */
export interface ConnectionFlags {
  url?: string;
  key?: string;
}

/** The development stack whose file was found. */
export interface DevStack {
  file: string;
  dev: DevFile;
}

/** Where the api is and which key is used, each with where that came from. */
export interface Connection {
  url: string;
  urlFrom: string;
  key?: string;
  keyFrom?: string;
  dev?: DevStack;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Finds address and key: flags, then SKEIN_URL and SKEIN_API_KEY, then the nearest `.skein/dev.json`. */
export function findConnection(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv = process.env,
  from = process.cwd(),
): Connection {
  const found = findDev(env, from);
  const [url, urlFrom] =
    first([flags.url, '--url'], [env['SKEIN_URL'], 'SKEIN_URL'], [found?.dev.apiUrl, found?.file ?? '']) ??
    ([DEFAULT_URL, 'the default'] as const);
  const base = baseOf(url, urlFrom);
  // The key of a development stack is for that stack: it is never shown to another address.
  const dev = found !== undefined && base === baseOf(found.dev.apiUrl, found.file) ? found : undefined;
  const key = first(
    [flags.key, '--key'],
    [env['SKEIN_API_KEY'], 'SKEIN_API_KEY'],
    [dev?.dev.apiKey, dev?.file ?? ''],
  );
  return {
    url: base,
    urlFrom,
    ...(key === undefined ? {} : { key: checkedKey(...key), keyFrom: key[1] }),
    ...(dev === undefined ? {} : { dev }),
  };
}

type Candidate = readonly [value: string | undefined, from: string];

function first(...candidates: Candidate[]): readonly [string, string] | undefined {
  for (const [value, from] of candidates) if (value !== undefined && value !== '') return [value, from];
  return undefined;
}

function baseOf(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return misused(`${from} is not an address: it must start with http:// or https://.`);
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

/** A file of settings may leave a line break behind the key. The key itself is in no error. */
function checkedKey(given: string, from: string): string {
  const key = given.trim();
  return isHeaderText(key) ? key : misused(`The API key of ${from} ${NO_HEADER_TEXT}.`);
}

function findDev(env: NodeJS.ProcessEnv, from: string): DevStack | undefined {
  const own = env['SKEIN_DATA_DIR'];
  const files = own
    ? [join(resolve(from, own), 'dev.json')]
    : upwards(from).map((dir) => join(dir, '.skein', 'dev.json'));
  const file = files.find((path) => existsSync(path));
  if (file === undefined) return undefined;
  try {
    return { file, dev: JSON.parse(readFileSync(file, 'utf8')) as DevFile };
  } catch {
    return undefined;
  }
}

function upwards(from: string): string[] {
  const parent = dirname(from);
  return parent === from ? [from] : [from, ...upwards(parent)];
}
