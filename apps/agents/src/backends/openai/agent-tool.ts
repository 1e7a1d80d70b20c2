import { refusalOf, type MessageContent } from '@skein/contracts';
import { readAction, sendActions } from '@skein/rendering';
import { runSendTool, SEND_TOOL } from '@skein/send-tool';
import type { TurnContext } from '../backend.js';
import { tableOf } from '../turn-request.js';

/** Something that the model may call. */
export interface AgentTool {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: object;
  /**
   * @param key equal for the same call in a rerun of the try.
   * @returns what the model is told; anything but a text as JSON.
   * @throws when the try is over
   */
  run(args: unknown, key: string): Promise<unknown>;
}

/** Everything that the model of a turn may call. */
export function toolsOf(turn: TurnContext): AgentTool[] {
  return [sendTool(turn), ...actionTools(turn)];
}

/** The send tool (FEATURES T1), which reaches other chats too. */
function sendTool({ sends }: TurnContext): AgentTool {
  return { ...SEND_TOOL, run: (args, key) => runSendTool(args, sends.gateway(key)) };
}

/** The send actions of the turn's channel (R7), each a send in the name of the turn. */
function actionTools(turn: TurnContext): AgentTool[] {
  const table = tableOf(turn);
  if (table === undefined) return [];
  return sendActions(table).map(({ name, description, parameters }) => ({
    ...{ name, description, parameters },
    run: async (args, key) => {
      const read = readAction(table, name, args);
      if (read === undefined || 'errors' in read) return { error: 'invalid_request', errors: read?.errors };
      return sent(turn, read.ok, key);
    },
  }));
}

/** A refusal is told to the model, which may do something else; a turn that is over has nobody to tell. */
async function sent({ sends }: TurnContext, content: MessageContent, key: string): Promise<unknown> {
  try {
    return await sends.send(content, key);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined || refusal.code === 'forbidden') throw error;
    const { code, detail, outcomeUnknown } = refusal;
    return { error: code, detail, ...(outcomeUnknown ? { outcomeUnknown } : {}) };
  }
}
