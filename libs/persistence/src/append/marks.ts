import type { InboundEvent } from '@skein/contracts';
import type { Sql } from '../db.js';
import { messageFact, type Fact } from '../outbox/facts.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';
import { findTargetMessages, type TargetMessage } from './targets.js';

type MarkEvent = LockedEvent & { fact: Extract<InboundEvent, { type: 'reaction' | 'edit' | 'revoke' }> };

/** What a person does to a message that is already there. */
function isMark(event: LockedEvent): event is MarkEvent {
  return event.fact.type === 'reaction' || event.fact.type === 'edit' || event.fact.type === 'revoke';
}

/** A reaction without emoji takes the earlier one away; a revoked message keeps its place and loses what it said. */
const MARK = `
  UPDATE messages m SET
    text = CASE t.type WHEN 'edit' THEN t.value WHEN 'revoke' THEN '[deleted]' ELSE m.text END,
    content = CASE t.type
      WHEN 'edit' THEN m.content || jsonb_build_object('text', t.value, 'editedAt', t.at)
      WHEN 'revoke' THEN m.content - 'text' - 'media' || jsonb_build_object('revokedAt', t.at)
      ELSE CASE WHEN t.value IS NULL THEN m.content - 'userReaction' ELSE m.content || jsonb_build_object('userReaction', t.value) END
    END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS t (id, type, value, at)
  WHERE m.id = t.id`;

const TYPES = { reaction: 'reaction-received', edit: 'message-edited', revoke: 'message-revoked' } as const;

/** Applies reactions, edits and revocations. @returns what to tell, and the ids of events whose message is not here. */
export async function applyMarks(
  sql: Sql,
  events: LockedEvent[],
  people: People,
): Promise<{ facts: Fact[]; unmatched: Set<string> }> {
  const marks = events.filter(isMark);
  const find = await findTargetMessages(
    sql,
    marks.map(({ channel_id, fact }) => ({ channelId: channel_id, providerId: fact.target })),
  );
  const unmatched = new Set<string>();
  const facts: Fact[] = [];
  for (const round of rounds(marks)) {
    const found = round.flatMap((event) => {
      const target = find(event.channel_id, event.fact.target);
      if (target !== undefined && isOf(target, event, people)) return [{ event, target }];
      unmatched.add(event.id);
      return [];
    });
    await write(sql, found);
    facts.push(...found.map(({ event, target }) => factOf(event, target)));
  }
  return { facts, unmatched };
}

/** A platform names only the room of a reaction to what was said in one of its threads. */
function isOf(target: TargetMessage, event: MarkEvent, people: People): boolean {
  if (target.contact_id === people.get(event.id)?.contactId) return true;
  return target.address?.startsWith(`${event.fact.address}:`) === true;
}

/** One statement changes a row once, so marks of the same message go one after the other. */
function rounds(marks: MarkEvent[]): MarkEvent[][] {
  const made: MarkEvent[][] = [];
  const counts = new Map<string, number>();
  for (const mark of marks) {
    const key = `${mark.channel_id} ${mark.fact.target}`;
    const round = counts.get(key) ?? 0;
    counts.set(key, round + 1);
    (made[round] ??= []).push(mark);
  }
  return made;
}

async function write(sql: Sql, found: { event: MarkEvent; target: TargetMessage }[]): Promise<void> {
  if (found.length === 0) return;
  await sql.query('append-marks', MARK, [
    found.map(({ target }) => target.id),
    found.map(({ event }) => event.fact.type),
    found.map(({ event }) => valueOf(event)),
    found.map(({ event }) => event.fact.at),
  ]);
}

function valueOf({ fact }: MarkEvent): string | null {
  if (fact.type === 'reaction') return fact.emoji;
  return fact.type === 'edit' ? fact.text : null;
}

function factOf(event: MarkEvent, target: TargetMessage): Fact {
  const subject = {
    workspaceId: event.workspace_id,
    messageId: target.id,
    conversationId: target.thread_id,
    contactId: target.contact_id,
    idempotencyKey: target.idempotency_key,
  };
  const value = valueOf(event);
  const said =
    event.fact.type === 'reaction' ? { emoji: value } : event.fact.type === 'edit' ? { text: value } : {};
  const data = { ...said, channelId: event.channel_id, contactId: target.contact_id };
  return messageFact(subject, TYPES[event.fact.type], data, new Date(event.fact.at), event.id);
}
