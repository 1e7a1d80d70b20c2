import { GuardedClient, limited, readAll, retryAfter, type GuardedStream } from '@skein/channel-kit';
import { signWebhook } from '@skein/contracts';
import type { AgentBackend, Answer, Later, TurnContext } from './backend.js';
import { BackendError } from './backend-error.js';
import { fit } from './fit.js';
import { answerOf, jsonOf } from './read-answer.js';
import { reach } from './reach.js';
import { openSealed } from './sealed.js';
import { streamedAnswer } from './streamed-answer.js';
import { requestOf, type Deployment } from './turn-request.js';

/** Longest turn that is posted and longest answer that is read, in bytes. */
const MAX_TURN_BYTES = 4 * 1024 * 1024;
const MAX_BYTES = 1024 * 1024;
/** Seconds that one try may take unless the configuration says so. */
const TIMEOUT_S = 30;
const NO_CONTENT = 204;
const EVENT_STREAM = /^text\/event-stream\b/i;

/**
 * Posts the turn to the agent's address, signed in the Standard Webhooks scheme; what it answers is sent: at once, message by
 * message from a stream, or later with the turn token. The id of the call is the turn's, so that a repetition is known as one.
 */
export class HttpBackend implements AgentBackend {
  private readonly client: GuardedClient;

  /** @param allow `host:port` pairs that may be private. */
  constructor(
    private readonly deployment: Deployment,
    allow: readonly string[] | undefined,
  ) {
    this.client = new GuardedClient(allow);
  }

  answer(turn: TurnContext): Promise<Answer | Later> {
    const { url, timeoutSeconds = TIMEOUT_S } = turn.backend as { url?: unknown; timeoutSeconds?: number };
    const { secret } = openSealed(this.deployment.secretKey, turn);
    if (typeof url !== 'string' || secret === undefined)
      throw new Error('The backend has no address or secret.');
    const body = JSON.stringify(fit(requestOf(turn, this.deployment), MAX_TURN_BYTES));
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'user-agent': 'skein',
      ...signWebhook(secret, turn.id, body, new Date()),
    };
    return limited(turn.signal, timeoutSeconds * 1000, async (signal) => {
      const request = { method: 'POST' as const, headers, body, signal, maxBytes: MAX_BYTES };
      return answerIn(await reach(this.client, url, request), turn);
    });
  }
}

async function answerIn(answer: GuardedStream, turn: TurnContext): Promise<Answer | Later> {
  const { status, headers, body } = answer;
  if (status < 200 || status >= 300) {
    answer.discard();
    throw new BackendError(`The agent answered with HTTP ${status}.`, retryAfter(headers['retry-after']));
  }
  if (EVENT_STREAM.test(headers['content-type'] ?? '')) return streamedAnswer(body, turn);
  const text = (await readAll(body)).toString('utf8');
  return status === NO_CONTENT ? { replies: [] } : answerOf(jsonOf(text));
}
