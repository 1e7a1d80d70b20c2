import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHeaderText, NO_HEADER_TEXT } from '@skein/contracts';
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
  const found = isWhole || env['NODE_ENV'] === 'production' ? {} : readDevFile(dataDirOf(env));
  const named = given.url ?? fromEnv.url ?? found.apiUrl;
  if (named === undefined) throw notConfigured('an address');
  const url = addressOf(named);
  // What a development stack wrote down is for that stack: its key is never shown to another address.
  const dev = found.apiUrl !== undefined && url === addressOf(found.apiUrl) ? found : {};
  return {
    url,
    apiKey: checkedKey(given.apiKey ?? fromEnv.apiKey ?? dev.apiKey, found.apiUrl),
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

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw notConfigured('a right address');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A file of settings may leave a line break behind the key; anything else that no header carries is a mistake. */
function checkedKey(given: string | undefined, otherUrl: string | undefined): string {
  const key = given?.trim();
  const other = otherUrl === undefined ? '' : ` (the one in dev.json is for ${otherUrl})`;
  if (key === undefined) throw notConfigured(`an API key${other}`);
  if (!isHeaderText(key)) throw notConfigured(`another API key: it ${NO_HEADER_TEXT}`);
  return key;
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
