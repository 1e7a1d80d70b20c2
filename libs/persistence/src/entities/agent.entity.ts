import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who answers the agent's turns; `concierge` is built in. `sealed` holds the secret that signs turns. */
export type AgentBackend =
  | { type: 'concierge'; apology?: string }
  | { type: 'http'; url: string; timeoutSeconds: number; apology?: string; sealed: string };

@Entity('agents')
export class AgentEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'jsonb' })
  backend!: AgentBackend;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
