import type { Sql } from '@skein/persistence';
import type { AgentsConfig } from '../config.js';
import type { AgentBackend } from './backend.js';
import { Concierge } from './concierge.js';

/** Injection token of {@link Backends}. */
export const BACKENDS = Symbol('agents:backends');

const TYPE = `SELECT backend->>'type' AS type FROM agents WHERE workspace_id = $1 AND id = $2`;

/** The kinds of backends that this process knows, by the `type` in an agent's configuration. */
export class Backends {
  constructor(private readonly byType: Record<string, AgentBackend>) {}

  /** The kind of backend an agent is configured with. @throws when there is no such agent. */
  async typeOf(sql: Sql, workspaceId: string, agentId: string): Promise<string> {
    const [row] = await sql.query<{ type: string | null }>('backend-type', TYPE, [workspaceId, agentId]);
    if (row === undefined) throw new Error(`There is no agent "${agentId}".`);
    return row.type ?? 'concierge';
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
  return new Backends({ concierge: new Concierge(config.sampleFiles) });
}
