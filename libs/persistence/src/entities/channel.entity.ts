import type { ChannelKind, ChannelSettings } from '@skein/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('channels')
export class ChannelEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  @Column({ type: 'text' })
  kind!: ChannelKind;

  @Column({ type: 'text' })
  account!: string;

  @Column({ name: 'agent_id', type: 'text' })
  agentId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  status!: 'active' | 'paused' | 'disconnected';

  @Column({ type: 'jsonb' })
  settings!: ChannelSettings;

  @Column({ type: 'bytea', nullable: true })
  credentials!: Buffer | null;

  @Column({ type: 'int' })
  revision!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
