import { GuardedClient, limited } from '@skein/channel-kit';
import {
  capabilitiesOf,
  readTurnAnswer,
  signWebhook,
  type TurnEntry,
  type TurnRequest,
} from '@skein/contracts';
import { openCredentials, type ThreadEntry } from '@skein/persistence';
import { outputRule, sendActions } from '@skein/rendering';
import type { AgentBackend, Reply, TurnContext } from './backend.js';

/** Longest answer that is read, in bytes. */
const MAX_BYTES = 1024 * 1024;
const NO_CONTENT = 204;

/** What an agent's configuration says about an HTTP backend. */
interface HttpSettings {
  url: string;
  timeoutSeconds: number;
  /** The signing secret, sealed. */
  sealed: string;
}

/**
 * Posts the turn to the agent's address, signed in the Standard Webhooks scheme; what it answers is sent. The id of the call is the
 * turn's, so that a repetition is known as one.
 */
export class HttpBackend implements AgentBackend {
  private readonly client: GuardedClient;

  /** @param allow `host:port` pairs that may be private. */
  constructor(
    private readonly secretKey: string | undefined,
    allow: readonly string[] | undefined,
  ) {
    this.client = new GuardedClient(allow);
  }

  async answer(turn: TurnContext): Promise<Reply[]> {
    const settings = settingsOf(turn);
    const body = JSON.stringify(requestOf(turn));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'skein',
      ...signWebhook(this.secretOf(turn, settings), turn.id, body, new Date()),
    };
    const answer = await limited(turn.signal, settings.timeoutSeconds * 1000, (signal) =>
      this.client.request(settings.url, { method: 'POST', headers, body, signal, maxBytes: MAX_BYTES }),
    );
    if (answer.status < 200 || answer.status >= 300)
      throw new Error(`The agent answered with HTTP ${answer.status}.`);
    return answer.status === NO_CONTENT ? [] : repliesIn(answer.body);
  }

  private secretOf({ workspaceId, agentId }: TurnContext, { sealed }: HttpSettings): string {
    if (this.secretKey === undefined) throw new Error('SKEIN_SECRET_KEY is not set.');
    const opened = openCredentials(
      this.secretKey,
      `${workspaceId}/${agentId}`,
      Buffer.from(sealed, 'base64'),
    );
    return (opened as { secret: string }).secret;
  }
}

function settingsOf({ backend }: TurnContext): HttpSettings {
  const { url, timeoutSeconds = 30, sealed } = backend as Partial<HttpSettings>;
  if (typeof url !== 'string' || typeof sealed !== 'string')
    throw new Error('The backend has no address or secret.');
  return { url, timeoutSeconds, sealed };
}

/** What the agent gets: ids and words, the tools of the channel, and no credential. */
export function requestOf(turn: TurnContext): TurnRequest {
  const { id: turnId, attempt, workspaceId, agentId, threadId, channelId, person, message, history } = turn;
  const capabilities = capabilitiesOf(person.kind);
  return {
    type: 'turn',
    ...{ turnId, attempt, workspaceId, agentId, conversationId: threadId },
    channel: { id: channelId, kind: person.kind },
    contact: { id: person.contactId, name: person.name },
    message: entryOf(message),
    history: history.map(entryOf),
    actions: capabilities ? sendActions(capabilities) : [],
    outputRule: capabilities ? outputRule(capabilities) : '',
  };
}

function entryOf({ id, author, text, content, at }: ThreadEntry): TurnEntry {
  return { id, author, text, content, at: at.toISOString() };
}

function repliesIn(body: Buffer): Reply[] {
  const text = body.toString('utf8').trim();
  let value: unknown;
  try {
    value = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Error('The agent answered with something that is no JSON.');
  }
  const read = readTurnAnswer(value);
  if ('errors' in read) {
    const [first] = read.errors;
    throw new Error(`The answer of the agent is not valid: ${first?.field} ${first?.reason}.`);
  }
  return read.ok.map((content) => ({ content }));
}
