import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  capabilitiesOf,
  isUuid,
  messageIdFor,
  newId,
  refuse,
  subjects,
  type ChoosableChannel,
  type TemplateRow,
} from '@skein/contracts';
import { Publisher } from '@skein/messaging';
import {
  compareBatch,
  Db,
  findTemplate,
  insertBatch,
  isDatabaseAway,
  type KeyOwner,
  type NewBatch,
  type NewBatchItem,
} from '@skein/persistence';
import { refuseUnknown, wasNotSent, WorkspaceChannels } from '@skein/sending';
import { readBulk, readPlaces } from './read-bulk.js';

/** A bulk send with what came beside its body. */
export interface BulkInput {
  caller: KeyOwner;
  templateId: string;
  body: unknown;
  /** The body as received. */
  bytes: Buffer;
  key: string | null;
}

/** Takes bulk sends of a template: everything is checked, then all of it is stored at once. */
@Injectable()
export class BulkSends {
  constructor(
    private readonly db: Db,
    private readonly channels: WorkspaceChannels,
    private readonly publisher: Publisher,
  ) {}

  /** @returns the id of the bulk send. @throws refusals, when nothing was stored and nothing will be sent */
  async take({ caller, templateId, body, bytes, key }: BulkInput): Promise<string> {
    const { workspaceId } = caller;
    const id = key === null ? newId() : messageIdFor(workspaceId, `batch:${key}`);
    const bodyHash = createHash('sha256').update(`${templateId}\n`).update(bytes).digest();
    // A repetition gets the same answer, whatever became of the template since.
    const known = key === null ? undefined : await compareBatch(this.db, { id, workspaceId, bodyHash });
    const stored = known ?? (await this.store({ id, bodyHash }, caller, templateId, body));
    if (stored === 'conflict')
      return refuse('idempotency_conflict', 'The idempotency key was used with another body.');
    if (stored === 'created') void this.publisher.ring(subjects.campaigns(workspaceId), { batches: [id] });
    return id;
  }

  private async store(
    place: Pick<NewBatch, 'id' | 'bodyHash'>,
    caller: KeyOwner,
    templateId: string,
    body: unknown,
  ): Promise<'created' | 'duplicate' | 'conflict'> {
    const { workspaceId } = caller;
    const request = readBulk(body);
    const channel = await this.channelOf(caller, request.channelId);
    const template = await this.templateOf(workspaceId, templateId, channel.id);
    const items = readPlaces(request, template);
    const batch: NewBatch = {
      ...{ ...place, workspaceId, templateId: template.id, channelId: channel.id },
      // A campaign of its own: what is done to it concerns nothing else.
      campaignId: request.campaignId ?? place.id,
      command: {
        form: 'template',
        channelId: channel.id,
        kind: channel.kind,
        agentId: channel.agentId,
        content: { template: { name: template.name, language: template.language, params: request.values } },
        options: {},
      },
    };
    return this.insert(batch, items);
  }

  /** A connection that broke may have broken after the commit: the row tells, and nobody knows without it. */
  private async insert(
    batch: NewBatch,
    items: NewBatchItem[],
  ): Promise<'created' | 'duplicate' | 'conflict'> {
    try {
      return await this.db.transaction((sql) => insertBatch(sql, batch, items));
    } catch (error) {
      if (!isDatabaseAway(error) || wasNotSent(error)) throw error;
      const found = await compareBatch(this.db, batch).catch(() => undefined);
      return found === 'duplicate' ? 'created' : refuseUnknown();
    }
  }

  private async channelOf({ workspaceId, agentId }: KeyOwner, id: string): Promise<ChoosableChannel> {
    const channel = (await this.channels.of(workspaceId)).find((each) => each.id === id);
    if (channel === undefined) return refuse('unknown_channel', 'There is no such channel.');
    if (agentId !== null && agentId !== channel.agentId)
      return refuse('forbidden', 'The channel belongs to another agent.');
    if (capabilitiesOf(channel.kind)?.templates !== true)
      return refuse('not_supported', 'The channel has no templates.');
    return channel;
  }

  private async templateOf(workspaceId: string, id: string, channelId: string): Promise<TemplateRow> {
    const template = isUuid(id) ? await findTemplate(this.db, workspaceId, id) : undefined;
    if (template?.channelId !== channelId)
      return refuse('template_not_found', 'The channel has no such template.');
    if (template.status !== 'approved')
      return refuse('template_not_approved', `Template "${template.name}" is ${template.status}.`);
    return template;
  }
}
