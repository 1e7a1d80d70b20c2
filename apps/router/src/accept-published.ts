import { Injectable } from '@nestjs/common';
import { isWorkspaceId, type ErrorCode } from '@skein/contracts';
import { dead, done, type Item, type Settlement } from '@skein/messaging';
import { acceptMessages, bisect, Db, type AcceptItem } from '@skein/persistence';
import { readPublished, type Intake, type WorkspaceFacts } from './intake.js';
import { RouterService } from './router.service.js';
import { noteFacts, type StatusFact } from './tell.js';

const WORKSPACES = `
  SELECT w.id, w.timezone, coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'agentId', c.agent_id))
      FROM channels c WHERE c.workspace_id = w.id AND c.status <> 'disconnected'
    ), '[]') AS channels, coalesce((
      SELECT jsonb_agg(jsonb_build_object('name', t.name, 'kind', t.kind, 'target', t.target, 'label', t.label))
      FROM targets t WHERE t.workspace_id = w.id
    ), '[]') AS targets
  FROM workspaces w WHERE w.id = ANY ($1::text[])`;

/** Commands in one published array; more is refused as a whole, for a workspace's batch limit is the same over REST. */
const MAX_ARRAY = 1000;

/** Accepts commands that services published on NATS: the same acceptance as over REST, and a visible end for what is refused. */
@Injectable()
export class PublishedCommands {
  constructor(
    private readonly db: Db,
    private readonly router: RouterService,
  ) {}

  /** Accepts and routes the commands of a batch of NATS messages; one settlement each. */
  async take(items: Item[]): Promise<Settlement[]> {
    const workspaces = await this.workspaces(items.map((item) => item.tokens[2] ?? ''));
    const now = new Date();
    const read = items.map((item) => readItem(item, workspaces.get(item.tokens[2] ?? ''), now));
    const intakes = read.flatMap((one) => ('intakes' in one ? one.intakes : []));
    const broken = await this.accept(intakes.flatMap((intake) => ('item' in intake ? [intake.item] : [])));
    await this.refuse(
      read.flatMap((one) => ('intakes' in one ? refusedOf(one.intakes, one.workspaceId) : [])),
    );
    return read.map((one) => settlementOf(one, broken));
  }

  private async workspaces(ids: string[]): Promise<Map<string, WorkspaceFacts>> {
    const known = [...new Set(ids)].filter(isWorkspaceId);
    const rows = await this.db.query<WorkspaceFacts>('router-workspaces', WORKSPACES, [known]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** @returns ids of commands that the database cannot hold. */
  private async accept(items: AcceptItem[]): Promise<Set<string>> {
    const settled = await bisect(items, (some) => this.db.transaction((sql) => acceptMessages(sql, some)));
    await this.router.take(
      settled.flatMap((one) =>
        'value' in one && one.value.outcome === 'created' ? [one.value.messageId] : [],
      ),
    );
    return new Set(settled.flatMap((one) => ('error' in one ? [one.item.messageId] : [])));
  }

  /** The publisher computed the message id and follows it: it hears of the refusal under that id. */
  private async refuse(facts: StatusFact[]): Promise<void> {
    if (facts.length === 0) return;
    const outbox = await this.db.transaction((sql) => noteFacts(sql, facts));
    this.router.tell(outbox);
  }
}

type Read = { intakes: Intake[]; workspaceId: string } | { reason: string };

function readItem(item: Item, workspace: WorkspaceFacts | undefined, now: Date): Read {
  if (workspace === undefined) return { reason: 'unknown workspace' };
  if (Array.isArray(item.data) && item.data.length > MAX_ARRAY)
    return { reason: `more than ${MAX_ARRAY} commands in one array` };
  return {
    intakes: readPublished(item.data, item.tokens[3] ?? '', workspace, now),
    workspaceId: workspace.id,
  };
}

function refusedOf(intakes: Intake[], workspaceId: string): StatusFact[] {
  return intakes.flatMap((intake) =>
    'refusal' in intake ? [refusedFact(intake.messageId, intake.key, workspaceId, intake.refusal.code)] : [],
  );
}

function refusedFact(messageId: string, key: string, workspaceId: string, reason: ErrorCode): StatusFact {
  return {
    workspaceId,
    messageId,
    conversationId: null,
    contactId: null,
    idempotencyKey: key,
    status: 'failed',
    reason,
    losses: [],
  };
}

/** A message of which anything was refused is kept as a dead letter with the reason; what was right in it is on its way. */
function settlementOf(read: Read, broken: Set<string>): Settlement {
  if ('reason' in read) return dead(read.reason);
  const reasons = read.intakes.flatMap((intake) => {
    if ('refusal' in intake) return [`${intake.key}: ${intake.refusal.code}: ${intake.refusal.detail}`];
    return broken.has(intake.item.messageId) ? [`${intake.item.messageId}: cannot be stored`] : [];
  });
  return reasons.length === 0 ? done() : dead(reasons.slice(0, 10).join('; '));
}
