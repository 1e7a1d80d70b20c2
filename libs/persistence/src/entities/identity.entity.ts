import type { ChannelKind } from '@skein/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('identities')
export class IdentityEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  @PrimaryColumn({ type: 'text' })
  kind!: ChannelKind;

  @PrimaryColumn({ type: 'text' })
  address!: string;

  @Column({ name: 'lane_address', type: 'text' })
  laneAddress!: string;

  @Column({ name: 'contact_id', type: 'uuid' })
  contactId!: string;

  @Column({ type: 'text' })
  provenance!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'last_inbound_at', type: 'timestamptz', nullable: true })
  lastInboundAt!: Date | null;
}
