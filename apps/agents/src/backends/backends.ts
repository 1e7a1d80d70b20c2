import type { Sql } from '@skein/persistence';
import type { AgentsConfig } from '../config.js';
import type { AgentBackend, BackendSettings } from './backend.js';
import { Concierge } from './concierge.js';
import { HttpBackend } from './http.js';

/** Injection token of {@link Backends}. */
export const BACKENDS = Symbol('agents:backends');

const SETTINGS = `SELECT backend FROM agents WHERE workspace_id = $1 AND id = $2`;

/** The kinds of backends that this process knows, by the `type` in an agent's configuration. */
export class Backends {
  constructor(private readonly byType: Record<string, AgentBackend>) {}

  /** How an agent is configured to answer. @throws when there is no such agent. */
  async settingsOf(sql: Sql, workspaceId: string, agentId: string): Promise<BackendSettings> {
    const rows = await sql.query<{ backend: BackendSettings }>('backend-settings', SETTINGS, [
      workspaceId,
      agentId,
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error(`There is no agent "${agentId}".`);
    return { ...row.backend, type: row.backend.type || 'concierge' };
  }

  /** @throws when no backend has this type. */
  of(type: string): AgentBackend {
    const backend = Object.hasOwn(this.byType, type) ? this.byType[type] : undefined;
    if (backend === undefined) throw new Error(`There is no backend of type "${type}".`);
    return backend;
  }
}

/** The built-in backends. */
export function backendsOf(config: AgentsConfig): Backends {
  return new Backends({
    concierge: new Concierge(config.sampleFiles),
    http: new HttpBackend(config.secretKey, config.allowHosts),
  });
}
