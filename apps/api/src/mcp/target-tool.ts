import type { TurnClaim } from '@skein/contracts';
import { callSendTool, SEND_TOOL, type SendGateway } from '@skein/send-tool';
import type { KeyOwner } from '@skein/persistence';
import type { SchemaObject } from '../openapi/schema-object.js';
import { SENTENCE } from './schemas.js';
import type { McpTool, ToolCall } from './tool.js';

/** Opens the way from a running turn to its chat and its workspace's targets. */
export type OpenGateway = (turn: TurnClaim, caller: KeyOwner) => SendGateway;

/** The agent's send tool (FEATURES T1), under another name because `send_message` is taken here. */
export function targetTool(open: OpenGateway): McpTool {
  return {
    name: 'send_to_target',
    title: 'Send from a running turn',
    description: `${SEND_TOOL.description} Works only while a turn runs, whose token stands in the Skein-Turn header.`,
    input: SEND_TOOL.parameters as unknown as SchemaObject,
    output: SENTENCE,
    isWrite: true,
    run: async (args, call) => {
      const turn = turnIn(call);
      const result = await callSendTool(args, turn && open(turn, call.caller));
      if (typeof result === 'string') return { structured: { result }, text: result };
      const text = JSON.stringify(result);
      return { structured: { result: text, targets: result }, text };
    },
  };
}

/** A token that is no longer valid is the same as none: the tool says so in its own words. */
function turnIn(call: ToolCall): TurnClaim | undefined {
  try {
    return call.turn();
  } catch {
    return undefined;
  }
}
