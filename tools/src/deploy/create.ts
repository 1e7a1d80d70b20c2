import { newId } from '@skein/contracts';
import { AgentEntity, ApiKeyEntity, dataSourceOf, WorkspaceEntity } from '@skein/persistence';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';

/** Runs work in one transaction over a connection of its own. */
export async function inDatabase<T>(url: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const source = dataSourceOf({ url, poolSize: 1, applicationName: 'skein-deploy' });
  await source.initialize();
  try {
    return await source.transaction(work);
  } finally {
    await source.destroy();
  }
}

export async function workspaceIds(manager: EntityManager): Promise<string[]> {
  return (await manager.find(WorkspaceEntity, { order: { id: 'ASC' } })).map(({ id }) => id);
}

/** A new workspace with one agent and one API key. The key is told once: only its hash is stored. */
export async function createWorkspace(
  manager: EntityManager,
  name: string,
  timezone: string,
): Promise<{ workspaceId: string; agentId: string; apiKey: string }> {
  const workspaceId = randomUUID();
  const agentId = 'concierge';
  const apiKey = `skein_${randomBytes(24).toString('base64url')}`;
  await manager.insert(WorkspaceEntity, { id: workspaceId, name, timezone });
  await manager.insert(AgentEntity, {
    workspaceId,
    id: agentId,
    name: 'Concierge',
    backend: { type: 'concierge' },
  });
  const hash = createHash('sha256').update(apiKey).digest();
  await manager.insert(ApiKeyEntity, { id: newId(), workspaceId, agentId: null, name: 'First key', hash });
  return { workspaceId, agentId, apiKey };
}
