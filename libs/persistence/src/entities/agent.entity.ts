import type { BurstRule, CreditRule } from '@skein/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

interface Backend {
  apology?: string;
  /** Seconds that one try may take. */
  timeoutSeconds: number;
}

/** Who answers the agent's turns; `concierge` is built in. `sealed` holds the secret that signs turns, or a model's key. */
export type AgentBackend =
  | { type: 'concierge'; apology?: string; sealed?: never }
  | (Backend & { type: 'http'; url: string; sealed: string })
  | (Backend & { type: 'nats'; sealed?: never })
  | (Backend & {
      type: 'openai';
      url: string;
      model: string;
      instructions?: string;
      temperature?: number;
      maxToolRounds?: number;
      sealed?: string;
    });

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

  /** What the agent says about gathering quick messages; what it does not say is as `BURST_RULE`. */
  @Column({ type: 'jsonb' })
  turns!: Partial<BurstRule>;

  /** What the agent says about its costs; what it does not say is as `CREDIT_RULE`. */
  @Column({ type: 'jsonb' })
  credits!: Partial<CreditRule>;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
