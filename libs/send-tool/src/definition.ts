/** The tool as a language model is offered it. */
export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: Record<string, unknown>;
}

/** What the tool does; also told where it has another name. */
const DESCRIPTION = [
  'Sends a message now, while you are still working, without waiting for the next turn of the user.',
  'target: "origin" (the chat this conversation came from, the default), "<platform>" (its home chat), "<platform>:<chat_id>",',
  '"<platform>:<chat_id>:<thread_id>" or an alias. Call it with action "list" first when you do not know where to send.',
  'Write MEDIA:<path> in the message to attach a file; several are fine, and a path has no spaces.',
  'The answer says whether it was delivered, held or not delivered; what was not delivered does not go out later.',
].join(' ');

/** The send tool (FEATURES T1) for any model that takes JSON schemas. */
export const SEND_TOOL = {
  name: 'send_message',
  description: DESCRIPTION,
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      target: {
        type: 'string',
        default: 'origin',
        description: 'Where to send it, such as origin, telegram, slack:#ops or my-ops-alert.',
      },
      message: {
        type: 'string',
        default: '',
        description: 'The text; MEDIA:<path> in it attaches a file.',
      },
      action: {
        type: 'string',
        enum: ['send', 'list'],
        default: 'send',
        description: 'send delivers the message; list tells which targets there are.',
      },
    },
  },
} as const satisfies ToolDefinition;
