import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Msg, NatsConnection, Subscription } from 'nats';
import { subjects } from '@skein/contracts';
import { errorFor } from '../errors/index.js';
import { dataDirOf } from '../settings.js';
import { optionsOf } from './nats-options.js';
import { isTurnOf, type TurnReply, type TurnRunner } from './run-turn.js';
import type { AnswerItem } from './turn.js';

/** How an agent is reached over NATS. What is left out comes from `NATS_URL`, and in development from `.skein/dev.json`. */
export interface NatsSettings {
  /** Such as `nats://user:password@nats.example.org:4222`. */
  url?: string;
  /** Workspace of the agent. Environment: `SKEIN_WORKSPACE_ID`. */
  workspaceId?: string;
  /** Options of the `nats` package, such as credentials and certificates. */
  options?: Readonly<Record<string, unknown>>;
}

/** A running listener. */
export interface NatsListener {
  /** Takes no more turns, and waits for those that run. */
  close(): Promise<void>;
}

/** Answers the turns of an agent that are asked on its subject; processes of the same agent share them. */
export async function listenOnNats(
  settings: NatsSettings,
  agent: string,
  run: TurnRunner,
): Promise<NatsListener> {
  const { url, workspaceId } = addressOf(settings);
  const { connect } = await import('nats');
  const connection = await connect(optionsOf(url, settings.options));
  const running = new Set<Promise<void>>();
  const subscription = connection.subscribe(subjects.agent(workspaceId, agent), {
    queue: `agent-${agent}`,
    callback: (error, message) => {
      if (error !== null) return;
      const answered = answer(message, agent, run).finally(() => running.delete(answered));
      running.add(answered);
    },
  });
  await connection.flush();
  return { close: () => closed(connection, subscription, running) };
}

/** Nothing new is taken first, so that whatever was taken is answered. */
async function closed(
  connection: NatsConnection,
  subscription: Subscription,
  running: ReadonlySet<Promise<void>>,
): Promise<void> {
  await subscription.drain();
  await Promise.all(running);
  await connection.drain();
}

async function answer(message: Msg, agent: string, run: TurnRunner): Promise<void> {
  const turn = jsonIn(message);
  // A field that no answer has: the turn fails with it in its timeline, and is tried again.
  const body = isTurnOf(turn, agent)
    ? await run(turn, new AbortController().signal)
        .then(wholeOf)
        .catch(() => ({ error: 'The agent failed on the turn.' }))
    : { error: `The message is not a turn of agent "${agent}".` };
  try {
    message.respond(new TextEncoder().encode(JSON.stringify(body ?? {})));
  } catch {
    // Closed, or more than a message may hold: the turn is tried again when its time is over.
  }
}

/** A request has one answer: messages that come one by one are gathered. */
async function wholeOf(reply: TurnReply): Promise<object | undefined> {
  if (!('messages' in reply)) return reply.body;
  const messages: AnswerItem[] = [];
  for await (const message of reply.messages) messages.push(message);
  return { messages };
}

function jsonIn(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

function addressOf({ url, workspaceId }: NatsSettings): { url: string; workspaceId: string } {
  const dev = process.env['NODE_ENV'] === 'production' ? {} : readDevFile();
  const address = url ?? process.env['NATS_URL'] ?? dev.natsUrl;
  const workspace = workspaceId ?? process.env['SKEIN_WORKSPACE_ID'] ?? dev.workspaceId;
  if (address !== undefined && workspace !== undefined) return { url: address, workspaceId: workspace };
  throw errorFor('An agent over NATS needs an address and a workspace.', {
    code: 'not_configured',
    retryable: false,
    next: ['Give nats: { url, workspaceId }, or set NATS_URL and SKEIN_WORKSPACE_ID.'],
  });
}

function readDevFile(): { natsUrl?: string; workspaceId?: string } {
  try {
    return JSON.parse(readFileSync(join(dataDirOf(), 'dev.json'), 'utf8')) as { natsUrl?: string };
  } catch {
    return {};
  }
}
