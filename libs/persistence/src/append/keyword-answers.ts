import { addressKey, capabilitiesOf, messageIdFor, type Purpose, type SendCommand } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { ConsentEvent, Wish } from './consents.js';

type Keyword = ConsentEvent['fact']['value'];

/** 47 CFR 64.1200(a)(12): one confirmation, without marketing; CTIA messaging principles: name the sender, say how to undo it. */
const ANSWERS: Readonly<Record<Keyword, string>> = {
  stop: 'You are unsubscribed and will receive no more messages. Reply START to receive them again.',
  start: 'You will receive messages again. Reply STOP to end them.',
  help: 'Reply STOP to receive no more messages from this sender.',
};

const PURPOSES: Readonly<Record<Keyword, Purpose>> = {
  stop: 'opt_out_confirmation',
  start: 'keyword_answer',
  help: 'keyword_answer',
};

/** One answer per event, whoever applies it and however often. */
const INSERT = `
  INSERT INTO messages (id, workspace_id, direction, author, purpose, status, recipient_key, agent_id, channel_id, text, content,
    command, wake_at, timeline)
  SELECT t.id, t.workspace_id, 'out', 'system', t.purpose, 'accepted', t.recipient_key, t.agent_id, t.channel_id, t.text,
    jsonb_build_object('text', t.text), t.command, now() + interval '5 seconds',
    jsonb_build_array(jsonb_build_object('at', now(), 'step', 'accepted'))
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
    AS t (id, workspace_id, purpose, recipient_key, agent_id, channel_id, text, command)
  ON CONFLICT (id) DO NOTHING
  RETURNING id, workspace_id AS "workspaceId"`;

/**
 * Answers STOP, START and HELP where carriers ask for it: a stop or start once, when it changed something; never what the platform
 * answered itself. @returns the messages, which the router sends on.
 */
export async function answerKeywords(
  sql: Sql,
  wishes: Wish[],
): Promise<{ workspaceId: string; id: string }[]> {
  const asking = wishes.filter(isAnswered).map(({ event }) => event);
  if (asking.length === 0) return [];
  return sql.query('append-keyword-answers', INSERT, [
    asking.map((event) => messageIdFor(event.workspace_id, `consent:${event.id}`)),
    asking.map((event) => event.workspace_id),
    asking.map((event) => PURPOSES[event.fact.value]),
    asking.map((event) => addressKey(event.kind, event.fact.address)),
    asking.map((event) => event.agent_id),
    asking.map((event) => event.channel_id),
    asking.map(answerOf),
    asking.map((event) => JSON.stringify(commandOf(event))),
  ]);
}

function isAnswered({ event: { kind, fact }, changed }: Wish): boolean {
  if (capabilitiesOf(kind)?.keywordAnswers !== true || fact.answered || fact.purpose !== 'all') return false;
  return fact.value === 'help' || changed;
}

function answerOf({ fact, settings, channel_name: name }: ConsentEvent): string {
  return settings.keywordAnswers?.[fact.value] ?? `${name}: ${ANSWERS[fact.value]}`;
}

function commandOf(event: ConsentEvent): SendCommand {
  return {
    form: 1,
    to: { address: event.fact.address },
    channelId: event.channel_id,
    kind: event.kind,
    agentId: event.agent_id,
    content: { text: answerOf(event) },
    options: {},
  };
}
