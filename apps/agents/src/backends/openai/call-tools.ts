import type { AgentTool } from './agent-tool.js';
import type { ChatMessage, ChatToolCall } from './chat.js';

/** Calls of one turn at most. */
export const MAX_CALLS = 20;

/** Runs what the model called, one after the other, and says what came of it. `done` are the calls of earlier rounds. */
export async function callTools(
  tools: AgentTool[],
  calls: ChatToolCall[],
  done: number,
): Promise<ChatMessage[]> {
  const results: ChatMessage[] = [];
  for (const [index, { id, function: called }] of calls.entries()) {
    const place = done + index;
    const result =
      place < MAX_CALLS
        ? await callTool(tools, called.name, called.arguments, `tool:${place}`)
        : { error: `No more than ${MAX_CALLS} calls in one turn.` };
    const content = typeof result === 'string' ? result : JSON.stringify(result);
    results.push({ role: 'tool', tool_call_id: id, content });
  }
  return results;
}

/** What the model did wrong is told to the model, which can do better; anything else ends the try. */
async function callTool(tools: AgentTool[], name: string, json: string, key: string): Promise<unknown> {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined)
    return { error: `There is no tool of this name. There are: ${tools.map((one) => one.name).join(', ')}.` };
  let args: unknown;
  try {
    args = json.trim() === '' ? {} : JSON.parse(json);
  } catch {
    return { error: 'The arguments are not valid JSON.' };
  }
  return tool.run(args, key);
}
