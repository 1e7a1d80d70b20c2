import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program outside needs to talk to a development stack. The shape is public; README names it. */
export interface DevFile {
  apiUrl: string;
  apiKey: string;
  sandboxUrl: string | null;
  /** With the credentials of the workspace's own user, where the server is embedded. */
  natsUrl: string;
  databaseUrl: string;
  /** Where mail to email channels is delivered. */
  smtpUrl: string;
  /** Where browsers reach the web chat service: widget script and WebSocket. */
  webChatUrl: string;
  workspaceId: string;
  agentId: string;
  /** Channel ids by kind. */
  channels: Record<string, string>;
  /** Signing secrets by kind, so that a test can sign webhooks. */
  secrets: Record<string, Record<string, string>>;
}

/** Writes `<data dir>/dev.json`, readable by its owner only, in one step. Returns its path. */
export function writeDevFile(dataDir: string, content: DevFile): string {
  const path = join(dataDir, 'dev.json');
  writeFileSync(`${path}.draft`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
  return path;
}
