import { serverEvents } from '@skein/channel-kit';
import { MAX_TOKENS } from '@skein/contracts';
import { BackendError } from '../backend-error.js';
import type { ChatChunk, ChatDelta, ChatToolCall, Round, ToolCallDelta } from './chat.js';

/** Calls of one round at most, so that a broken server cannot fill the memory with empty ones. */
const MAX_CALLS = 64;
const END = '[DONE]';

/**
 * Puts the pieces of a streamed completion together.
 *
 * @throws BackendError when the stream is cut, is no JSON, or says that something went wrong.
 */
export async function readRound(body: AsyncIterable<Buffer>): Promise<Round> {
  const round: Round = { text: '', calls: [], finish: null, tokens: { input: 0, output: 0 } };
  let isWhole = false;
  for await (const { data } of serverEvents(body)) {
    isWhole = data.trim() === END;
    if (isWhole) break;
    add(round, chunkIn(data));
  }
  // Some servers leave the last line out; the reason to stop says as much.
  if (!isWhole && round.finish === null) throw new BackendError("The model's answer was cut off.");
  return round;
}

function chunkIn(data: string): ChatChunk {
  try {
    const chunk: unknown = JSON.parse(data);
    if (typeof chunk === 'object' && chunk !== null) return chunk;
  } catch {
    // Told below, like a chunk that is JSON and no object.
  }
  throw new BackendError("The model's server sent something that is no chunk of a completion.");
}

function add(round: Round, { choices, usage, error }: ChatChunk): void {
  if (error) throw new BackendError("The model's server reported an error in its answer.");
  if (usage) round.tokens = { input: countOf(usage.prompt_tokens), output: countOf(usage.completion_tokens) };
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  if (choice === undefined) return;
  if (choice.delta) addDelta(round, choice.delta);
  round.finish = choice.finish_reason ?? round.finish;
}

function addDelta(round: Round, { content, refusal, tool_calls: calls }: ChatDelta): void {
  round.text += textOf(content) + textOf(refusal);
  for (const call of Array.isArray(calls) ? calls : []) addCall(round.calls, call);
}

/** A piece without an index begins a call when it has an id, and goes on with the last one otherwise. */
function addCall(calls: ChatToolCall[], { index, id, function: part }: ToolCallDelta): void {
  const place = index ?? (id === undefined ? calls.length - 1 : calls.length);
  if (!Number.isInteger(place) || place < 0 || place >= MAX_CALLS)
    throw new BackendError("The model's server sent a piece of a tool call that belongs nowhere.");
  while (calls.length <= place)
    calls.push({ id: '', type: 'function', function: { name: '', arguments: '' } });
  const call = calls[place] as ChatToolCall;
  call.id ||= textOf(id);
  call.function.name ||= textOf(part?.name);
  call.function.arguments += textOf(part?.arguments);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countOf(value: unknown): number {
  return Number.isInteger(value) && (value as number) > 0 ? Math.min(value as number, MAX_TOKENS) : 0;
}
