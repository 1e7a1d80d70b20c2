import type { TemplateRow } from '@skein/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('templates')
export class TemplateEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  @Column({ name: 'channel_id', type: 'text' })
  channelId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  language!: string;

  @Column({ type: 'text' })
  category!: TemplateRow['category'];

  @Column({ type: 'text' })
  status!: TemplateRow['status'];

  @Column({ type: 'jsonb' })
  shape!: TemplateRow['shape'];

  @Column({ type: 'text' })
  body!: string;
}
