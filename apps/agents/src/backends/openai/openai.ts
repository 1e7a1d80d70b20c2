import { GuardedClient, limited, retryAfter, type GuardedStream } from '@skein/channel-kit';
import { MAX_TOKENS, type TurnUsage } from '@skein/contracts';
import type { AgentBackend, Answer, TurnContext } from '../backend.js';
import { BackendError } from '../backend-error.js';
import { reach } from '../reach.js';
import { saidIn } from '../read-answer.js';
import { openSealed } from '../sealed.js';
import { toolsOf, type AgentTool } from './agent-tool.js';
import { callTools } from './call-tools.js';
import type { ChatMessage, Round } from './chat.js';
import { promptOf } from './prompt.js';
import { readRound } from './read-round.js';

/** Longest completion that is read, in bytes; one token is an event of about 200 bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Seconds that one try may take, with all its rounds, unless the configuration says so. */
const TIMEOUT_S = 120;
/** Rounds in which the model may call tools, unless the configuration says so. */
const TOOL_ROUNDS = 8;
const JSON_BODY = /^application\/json\b/i;

/** What an agent's configuration says about a model. */
interface ModelSettings {
  /** Base address, most of the time ending in `/v1`. */
  url: string;
  model: string;
  instructions?: string;
  temperature?: number;
  maxToolRounds: number;
  timeoutSeconds: number;
}

/** One try with a model. */
interface Talk {
  settings: ModelSettings;
  apiKey: string | undefined;
  tools: AgentTool[];
  messages: ChatMessage[];
  signal: AbortSignal;
}

/** Lets a model answer over any chat-completions endpoint. What it calls is sent at once, in the name of the turn. */
export class OpenAiBackend implements AgentBackend {
  private readonly client: GuardedClient;

  /** @param allow `host:port` pairs that may be private. */
  constructor(
    private readonly secretKey: string | undefined,
    allow: readonly string[] | undefined,
  ) {
    this.client = new GuardedClient(allow);
  }

  answer(turn: TurnContext): Promise<Answer> {
    const settings = settingsOf(turn);
    const { apiKey } = openSealed(this.secretKey, turn);
    const messages = promptOf(turn, settings.instructions);
    const talk = { settings, apiKey, tools: toolsOf(turn), messages };
    return limited(turn.signal, settings.timeoutSeconds * 1000, (signal) =>
      this.talk(turn, { ...talk, signal }),
    );
  }

  private async talk({ sends }: TurnContext, talk: Talk): Promise<Answer> {
    const { messages, tools, settings } = talk;
    const usage: Required<TurnUsage> = { tokens: 0, inputTokens: 0, outputTokens: 0 };
    let called = 0;
    for (let round = 0; ; round += 1) {
      const { text, calls, finish, tokens } = await this.round(talk);
      add(usage, tokens);
      if (calls.length === 0) return { ...lastWord(text, finish), ...(usage.tokens === 0 ? {} : { usage }) };
      if (round === settings.maxToolRounds)
        throw new BackendError(`The model wanted more than ${settings.maxToolRounds} rounds of tools.`);
      messages.push({ role: 'assistant', content: text === '' ? null : text, tool_calls: calls });
      const [beside] = lastWord(text, finish).replies;
      if (beside !== undefined) await sends.say(beside.content, `text:${round}`);
      messages.push(...(await callTools(tools, calls, called)));
      called += calls.length;
    }
  }

  private async round({ settings, apiKey, tools, messages, signal }: Talk): Promise<Round> {
    const { url, model, temperature } = settings;
    const body = JSON.stringify({
      ...{ model, messages, stream: true, stream_options: { include_usage: true } },
      ...(temperature === undefined ? {} : { temperature }),
      ...(tools.length === 0 ? {} : { tools: tools.map(offerOf) }),
    });
    const headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'user-agent': 'skein',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    const request = { method: 'POST' as const, headers, body, signal, maxBytes: MAX_BYTES };
    return readRound(
      streamIn(await reach(this.client, `${url.replace(/\/+$/, '')}/chat/completions`, request)),
    );
  }
}

function settingsOf({ backend }: TurnContext): ModelSettings {
  const given = backend as Partial<ModelSettings>;
  const { url, model, maxToolRounds = TOOL_ROUNDS, timeoutSeconds = TIMEOUT_S } = given;
  if (typeof url !== 'string' || typeof model !== 'string')
    throw new Error('The backend has no address or model.');
  return { ...given, url, model, maxToolRounds, timeoutSeconds };
}

function offerOf({ name, description, parameters }: AgentTool): object {
  return { type: 'function', function: { name, description, parameters } };
}

/** The body of a completion. What a server says about its errors may hold what it was sent, so only the status is told. */
function streamIn(answer: GuardedStream): AsyncIterable<Buffer> {
  const { status, headers, body } = answer;
  if (status === 200 && !JSON_BODY.test(headers['content-type'] ?? '')) return body;
  answer.discard();
  if (status === 200) throw new BackendError("The model's server does not stream.");
  throw new BackendError(
    `The model's server answered with HTTP ${status}.`,
    retryAfter(headers['retry-after']),
  );
}

/** @throws when the text is none that can be sent, or when a filter left nothing of it */
function lastWord(text: string, finish: string | null): Answer {
  if (text.trim() !== '') return saidIn({ text });
  if (finish === 'content_filter')
    throw new BackendError('A content filter left nothing of what the model said.');
  return { replies: [] };
}

function add(usage: Required<TurnUsage>, { input, output }: Round['tokens']): void {
  usage.inputTokens = Math.min(usage.inputTokens + input, MAX_TOKENS);
  usage.outputTokens = Math.min(usage.outputTokens + output, MAX_TOKENS);
  usage.tokens = usage.inputTokens + usage.outputTokens;
}
