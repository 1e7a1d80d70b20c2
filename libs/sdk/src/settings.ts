import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFor } from './errors/index.js';

/** How the SDK reaches Skein. What is left out comes from the environment, and in development from `.skein/dev.json`. */
export interface SkeinSettings {
  /** Address of the API, such as `https://skein.example.org`. Environment: `SKEIN_URL`. */
  url?: string;
  /** Environment: `SKEIN_API_KEY`. */
  apiKey?: string;
  /** Lets the SDK name a message whose outcome it was not told. Environment: `SKEIN_WORKSPACE_ID`. */
  workspaceId?: string;
  /** Stands in for the global `fetch`. */
  fetch?: Fetch;
  /** Milliseconds that one request may take, beside the time it was asked to wait. Default 30,000. */
  timeoutMs?: number;
  /** Folders from which `MEDIA:` tokens of `sendMessage` may name files. Default `<data dir>/outbox`. */
  mediaFolders?: readonly string[];
}

/** As much of `fetch` as is used. */
export type Fetch = (url: string, init: FetchRequest) => Promise<FetchAnswer>;

export interface FetchRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** Settings with everything decided. */
export interface Connection {
  url: string;
  apiKey: string;
  workspaceId: string | undefined;
  fetch: Fetch;
  timeoutMs: number;
}

const TIMEOUT_MS = 30_000;
const DATA_DIR = '.skein';

interface DevFile {
  apiUrl?: string;
  apiKey?: string;
  workspaceId?: string;
}

/** Decides where and as whom to call. @throws `NotConfiguredError` when the address or the key is nowhere to be found */
export function connectionOf(
  given: SkeinSettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Connection {
  const fromEnv = { url: env['SKEIN_URL'] || undefined, apiKey: env['SKEIN_API_KEY'] || undefined };
  const isWhole = (given.url ?? fromEnv.url) !== undefined && (given.apiKey ?? fromEnv.apiKey) !== undefined;
  const dev = isWhole || env['NODE_ENV'] === 'production' ? {} : readDevFile(dataDirOf(env));
  const url = given.url ?? fromEnv.url ?? dev.apiUrl;
  const apiKey = given.apiKey ?? fromEnv.apiKey ?? dev.apiKey;
  if (url === undefined || apiKey === undefined)
    throw notConfigured(url === undefined ? 'an address' : 'an API key');
  return {
    url: addressOf(url),
    apiKey,
    workspaceId: given.workspaceId ?? (env['SKEIN_WORKSPACE_ID'] || undefined) ?? dev.workspaceId,
    fetch: given.fetch ?? globalThis.fetch,
    timeoutMs: given.timeoutMs ?? TIMEOUT_MS,
  };
}

/** The folder of a development stack, beside which its agents put files to send. */
export function dataDirOf(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['SKEIN_DATA_DIR'] || DATA_DIR;
}

function readDevFile(dataDir: string): DevFile {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')) as DevFile;
  } catch {
    return {};
  }
}

function addressOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw notConfigured('a right address');
  return url.replace(/\/+$/, '');
}

function notConfigured(what: string): Error {
  return errorFor(`Skein needs ${what}.`, {
    code: 'not_configured',
    retryable: false,
    next: [
      'Call configure({ url, apiKey }), or set SKEIN_URL and SKEIN_API_KEY.',
      'In development, run in the folder where `npm start` keeps .skein.',
    ],
  });
}
