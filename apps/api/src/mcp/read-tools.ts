import { MESSAGE_STATUSES } from '@skein/contracts';
import type { KeyOwner } from '@skein/persistence';
import type { CatalogController } from '../channels/catalog.controller.js';
import type { ChannelsController } from '../channels/channels.controller.js';
import type { ConversationsController } from '../conversations/conversations.controller.js';
import { refuseFields, type Query } from '../http/query.js';
import type { MessagesController } from '../messages/messages.controller.js';
import type { TargetsController } from '../targets/targets.controller.js';
import { listInput, MESSAGE, PAGE } from './schemas.js';
import type { McpTool } from './tool.js';

/** The REST controllers that the read tools are other names for. */
export interface ReadDoors {
  conversations: ConversationsController;
  messages: MessagesController;
  channels: ChannelsController;
  catalog: CatalogController;
  targets: TargetsController;
}

const LIMIT = 'Items of a page; default 50.';
const CURSOR = 'nextCursor of the page before.';

type Read = (caller: KeyOwner, query: Query) => Promise<object>;

function readTool(
  { name, title, description }: Pick<McpTool, 'name' | 'title' | 'description'>,
  fields: Record<string, string>,
  read: Read,
): McpTool {
  return {
    name,
    title,
    description,
    input: listInput(fields),
    output: PAGE,
    isWrite: false,
    run: async (args, { caller }) => ({ structured: await read(caller, queryOf(args)) }),
  };
}

/** Tools that change nothing. */
export function readTools(doors: ReadDoors): McpTool[] {
  return [
    readTool(
      {
        name: 'list_conversations',
        title: 'List conversations',
        description: 'Conversations with their contacts, the liveliest first.',
      },
      { userId: 'Of this contact alone.', limit: LIMIT, cursor: CURSOR },
      (caller, query) => doors.conversations.list(caller, query),
    ),
    conversationMessages(doors),
    readTool(
      { name: 'list_messages', title: 'List sent messages', description: 'What was sent, newest first.' },
      {
        status: `One of ${MESSAGE_STATUSES.join(', ')}.`,
        channel: 'A kind or a channel id.',
        userId: 'To this contact.',
        campaignId: 'Of this campaign.',
        since: 'ISO 8601.',
        limit: LIMIT,
        cursor: CURSOR,
      },
      (caller, query) => doors.messages.list(caller, query),
    ),
    oneMessage(doors),
    readTool(
      { name: 'list_channels', title: 'List channels', description: 'The channels of the workspace.' },
      {},
      (caller) => doors.channels.list(caller),
    ),
    readTool(
      {
        name: 'list_templates',
        title: 'List templates',
        description: 'Templates, and the parameters each of them asks for.',
      },
      { channelId: 'Of this channel alone.' },
      (caller, query) => doors.catalog.templates(caller, query),
    ),
    readTool(
      {
        name: 'list_targets',
        title: 'List targets',
        description: 'Home chats and aliases that send_to_target and to.target take.',
      },
      {},
      (caller) => doors.targets.list(caller),
    ),
  ];
}

function conversationMessages({ conversations }: ReadDoors): McpTool {
  const fields = { conversationId: 'The conversation.', limit: LIMIT, cursor: CURSOR };
  return {
    name: 'get_conversation_messages',
    title: 'Read a conversation',
    description: 'The entries of a conversation over all its channels, oldest first.',
    input: listInput(fields, ['conversationId']),
    output: PAGE,
    isWrite: false,
    run: async (args, { caller }) => {
      const { conversationId, ...query } = queryOf(args);
      return {
        structured: await conversations.messages(caller, idOf(conversationId, 'conversationId'), query),
      };
    },
  };
}

function oneMessage({ messages }: ReadDoors): McpTool {
  return {
    name: 'get_message',
    title: 'Read one message',
    description: 'A message, its outcome, and its timeline: every decision, attempt and answer.',
    input: listInput({ messageId: 'The message.' }, ['messageId']),
    output: MESSAGE,
    isWrite: false,
    run: async (args, { caller }) => {
      const id = idOf(queryOf(args)['messageId'], 'messageId');
      const [message, { items }] = await Promise.all([
        messages.get(caller, id),
        messages.timeline(caller, id),
      ]);
      return { structured: { ...message, timeline: items } };
    },
  };
}

/** Arguments as a query string would bring them, so that the same checks read them. */
function queryOf(args: Record<string, unknown>): Query {
  const entries = Object.entries(args).map(([name, value]): [string, string] => {
    if (typeof value === 'string') return [name, value];
    if (typeof value === 'number') return [name, String(value)];
    return refuseFields([{ field: name, reason: 'must be a text' }]);
  });
  return Object.fromEntries(entries);
}

function idOf(value: Query[string], field: string): string {
  return typeof value === 'string' ? value : refuseFields([{ field, reason: 'is required' }]);
}
