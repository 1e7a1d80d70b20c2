import { AgentEntity } from './agent.entity.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ChannelEntity } from './channel.entity.js';
import { ContactEntity } from './contact.entity.js';
import { IdentityEntity } from './identity.entity.js';
import { TemplateEntity } from './template.entity.js';
import { ThreadEntity } from './thread.entity.js';
import { WorkspaceEntity } from './workspace.entity.js';

export {
  AgentEntity,
  ApiKeyEntity,
  ChannelEntity,
  ContactEntity,
  IdentityEntity,
  TemplateEntity,
  ThreadEntity,
  WorkspaceEntity,
};
export type { AgentBackend } from './agent.entity.js';

/** The cold tables, read and written through TypeORM. Hot tables (messages, calls, lanes, …) have batched statements only. */
export const ENTITIES = [
  AgentEntity,
  ApiKeyEntity,
  ChannelEntity,
  ContactEntity,
  IdentityEntity,
  TemplateEntity,
  ThreadEntity,
  WorkspaceEntity,
];
