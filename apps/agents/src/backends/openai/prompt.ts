import type { InboundContent } from '@skein/contracts';
import { outputRule } from '@skein/rendering';
import type { ThreadEntry } from '@skein/persistence';
import type { TurnContext } from '../backend.js';
import { tableOf } from '../turn-request.js';
import type { ChatMessage } from './chat.js';
import { NEVER_SEEN } from '../never-seen.js';

const LAST_WORD =
  'What you write is sent to the person as it is. Use a tool to send anything else, and write nothing when the tools have said it all.';

/** Bytes of the conversation that a model is given, and characters of one entry, so that it fits what models read. */
const MAX_HISTORY_BYTES = 200_000;
const MAX_ENTRY = 20_000;

interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/**
 * The conversation for a model. The system prompt is made of the agent's instructions, the output rule of the channel and what the
 * agent was told; what people wrote stands in messages of their own and never in it.
 */
export function promptOf(turn: TurnContext, instructions: string | undefined): ChatMessage[] {
  const table = tableOf(turn);
  const told = turn.instructions.map(({ text }) => `You were told: ${text ?? ''}`);
  const system = [instructions, table && outputRule(table), LAST_WORD, ...told].filter(Boolean).join('\n\n');
  const pending = new Set(turn.told);
  const said = turn.history.filter((entry) => !pending.has(entry.id) && !NEVER_SEEN.has(entry.status));
  return [{ role: 'system', content: system }, ...newest(said.map(messageOf))];
}

/** The last messages that fit; the very last one always does. */
function newest(messages: PromptMessage[]): PromptMessage[] {
  let left = MAX_HISTORY_BYTES;
  const from = messages.findLastIndex(({ content }) => (left -= Buffer.byteLength(content)) < 0);
  return messages.slice(from + 1);
}

function messageOf(entry: ThreadEntry): PromptMessage {
  if (entry.purpose === 'instruction')
    return { role: 'system', content: cut(`You were told: ${entry.text ?? ''}`) };
  return { role: entry.author === 'user' ? 'user' : 'assistant', content: cut(wordsOf(entry)) };
}

function cut(text: string): string {
  return text.length > MAX_ENTRY ? `${text.slice(0, MAX_ENTRY)}…` : text;
}

/** An entry in words: a press is its label, a file without words its name. */
function wordsOf({ text, content }: ThreadEntry): string {
  const { action, media = [] } = content as InboundContent;
  const said = text ?? action?.label;
  if (said !== undefined && said !== '') return said;
  const files = media.map((file) => `[${file.filename ?? file.media}]`);
  return files.length === 0 ? '[no text]' : files.join(' ');
}
