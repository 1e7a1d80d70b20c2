import { bodyErrors, type Outcome, type SendSurface } from '@skein/contracts';
import { refuseFields } from '../http/query.js';
import { checkedKey } from '../send/send-headers.js';
import type { Sender } from '../send/sender.js';
import { OUTCOME, PLAN, PLAN_INPUT, SEND_INPUT, TEMPLATE_INPUT } from './schemas.js';
import type { McpTool, ToolCall } from './tool.js';

/** Seconds that a send waits for its outcome; the same as the REST forms behind it. */
const WAIT_S = 10;

type Args = Record<string, unknown>;

/** Tools that send, and the one that says what a send would do. */
export function sendTools(sender: Sender): McpTool[] {
  const send = async (surface: SendSurface, body: Args, call: ToolCall, key: string | null) => {
    // What the sender refuses needs no hash, and nesting without end has no JSON.
    const bytes = Buffer.from(bodyErrors(body).length > 0 ? '' : JSON.stringify(body));
    const input = { caller: call.caller, bytes, body, surface, key, wait: WAIT_S, turn: call.turn() };
    return { structured: (await sender.send(input)).outcome satisfies Outcome };
  };
  return [
    {
      name: 'send_message',
      title: 'Send a message',
      description:
        'Sends a message into an existing conversation, named by channelId and conversationId (a phone number, an address or a ' +
        'conversation id; of several the most recent one). On WhatsApp, Instagram and Messenger the service window must be open. ' +
        'With type "instruction" the content goes to the agent of the conversation and not to the person.',
      input: SEND_INPUT,
      output: OUTCOME,
      isWrite: true,
      run: (args, call) => {
        const { key, body } = takeKey(args);
        if (Object.hasOwn(body, 'to')) return refuseFields([{ field: 'to', reason: 'is not a known field' }]);
        return send('http', { conversationId: undefined, ...body }, call, key);
      },
    },
    {
      name: 'send_template_message',
      title: 'Send an approved template',
      description:
        'Sends an approved WhatsApp template to a phone number in E.164 form, at any time; contact and conversation are created when ' +
        'they do not exist.',
      input: TEMPLATE_INPUT,
      output: OUTCOME,
      isWrite: true,
      run: (args, call) => {
        const { key, body } = takeKey(args);
        return send('template', body, call, key);
      },
    },
    {
      name: 'plan_message',
      title: 'See what a send would do',
      description:
        'Takes the arguments of send_message, of send_template_message, or the REST form with "to", and tells channel, window, ' +
        'consent, the exact parts and what would be lost. Sends nothing.',
      input: PLAN_INPUT,
      output: PLAN,
      isWrite: false,
      run: async (args, { caller }) => ({ structured: await sender.plan(caller, args) }),
    },
  ];
}

/** The key stands beside the message, as the header does over HTTP. */
function takeKey({ idempotencyKey, ...body }: Args): { key: string | null; body: Args } {
  return { key: idempotencyKey === undefined ? null : checkedKey(idempotencyKey, 'idempotencyKey'), body };
}
