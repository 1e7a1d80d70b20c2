import type { ProviderAnswer } from '../core/journal.js';
import { listOf, objectOf } from '../core/json.js';
import { botObject, UNREAD_LIMIT } from './accounts.js';
import type { Account } from './accounts.js';
import { badRequest, botError, ok } from './bot-errors.js';
import { chatObject } from './chats.js';
import type { Chat, ChatMessage } from './chats.js';
import { keyboardProblem } from './keyboard.js';
import { CHAT_ACTIONS, LIMITS, REACTIONS } from './limits.js';
import type { Params } from './params.js';
import { reach } from './reach.js';
import { readText } from './send.js';
import { seconds } from './side.js';
import type { TelegramSide } from './side.js';

export interface MethodCall {
  side: TelegramSide;
  account: Account;
  params: Params;
}

type Method = (call: MethodCall) => ProviderAnswer;

/** Methods that make no message. */
export const METHODS: Readonly<Record<string, Method>> = {
  getMe: ({ account }) =>
    ok({ ...botObject(account), can_join_groups: true, can_read_all_group_messages: true }),
  getChat: (call) => inChat(call, (chat) => ok(chatObject(chat))),
  sendChatAction: (call) =>
    inChat(call, () =>
      CHAT_ACTIONS.has(call.params.text('action') ?? '')
        ? ok(true)
        : badRequest('wrong parameter action in request'),
    ),
  editMessageText: editText,
  deleteMessage: (call) => inChat(call, (chat) => remove(chat, call.params)),
  setMessageReaction: react,
  answerCallbackQuery: answerPress,
  getFile,
  setWebhook,
  deleteWebhook: ({ account }) => {
    account.config = { ...account.config, webhookUrl: null };
    return ok(true);
  },
  getWebhookInfo,
  getUpdates,
};

function inChat({ side, account, params }: MethodCall, then: (chat: Chat) => ProviderAnswer): ProviderAnswer {
  const reached = reach(side, account, params);
  return 'problem' in reached ? reached.problem : then(reached.chat);
}

function messageIn(chat: Chat, params: Params): ChatMessage | undefined {
  const id = params.integer('message_id');
  return chat.messages.find((message) => message.id === id);
}

function editText(call: MethodCall): ProviderAnswer {
  return inChat(call, (chat) => {
    const found = messageIn(chat, call.params);
    if (!found) return badRequest('message to edit not found');
    if (found.direction === 'out') return badRequest("message can't be edited");
    if (typeof found.message['text'] !== 'string')
      return badRequest('there is no text in the message to edit');
    const read = readText(call.params, 'text', LIMITS.text);
    if ('problem' in read) return badRequest(read.problem);
    if (read.text.trim() === '') return badRequest('message text is empty');
    const markup = call.params.json('reply_markup');
    const wrong = keyboardProblem(markup);
    if (wrong !== undefined) return badRequest(wrong);
    const { reply_markup: before, ...rest } = found.message;
    const marks = read.entities.length > 0 ? { entities: read.entities } : { entities: undefined };
    const keys = markup === undefined ? {} : { reply_markup: markup };
    if (read.text === rest['text'] && JSON.stringify(before) === JSON.stringify(markup))
      return badRequest(NOT_MODIFIED);
    found.message = { ...rest, text: read.text, ...marks, ...keys, edit_date: seconds(call.side.world) };
    found.edited = true;
    call.side.world.changed();
    return ok(found.message);
  });
}

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

function remove(chat: Chat, params: Params): ProviderAnswer {
  const found = messageIn(chat, params);
  if (!found) return badRequest('message to delete not found');
  chat.messages = chat.messages.filter((message) => message !== found);
  return ok(true);
}

/** A bot has one reaction to a message; an empty list takes it back. */
function react(call: MethodCall): ProviderAnswer {
  return inChat(call, (chat) => {
    const found = messageIn(chat, call.params);
    if (!found) return badRequest('message to react not found');
    const reactions = listOf(call.params.json('reaction') ?? []).map((each) =>
      String(objectOf(each)?.['emoji']),
    );
    if (reactions.length > 1) return badRequest('REACTIONS_TOO_MANY');
    if (!reactions.every((emoji) => REACTIONS.has(emoji))) return badRequest('REACTION_INVALID');
    found.reactions = reactions;
    call.side.world.changed();
    return ok(true);
  });
}

function answerPress({ account, params }: MethodCall): ProviderAnswer {
  const id = params.text('callback_query_id');
  const presses = [...account.chats.values()].flatMap(({ messages }) =>
    messages.flatMap((message) => message.presses),
  );
  const press = presses.find((each) => each.id === id);
  if (!press) return badRequest('query is too old and response timeout expired or query ID is invalid');
  press.answered = true;
  return ok(true);
}

function getFile({ side, params }: MethodCall): ProviderAnswer {
  const file = side.files.get(params.text('file_id') ?? '');
  if (!file) return badRequest('invalid file_id');
  if (file.size > LIMITS.downloadBytes) return badRequest('file is too big');
  const { fileId, uniqueId, size, path } = file;
  return ok({ file_id: fileId, file_unique_id: uniqueId, file_size: size, file_path: path });
}

function setWebhook({ account, params }: MethodCall): ProviderAnswer {
  const [url, secret] = [params.text('url') ?? '', params.text('secret_token')];
  if (secret !== undefined && !LIMITS.secretToken.test(secret)) {
    return badRequest('secret token contains unallowed characters');
  }
  if (url !== '' && !URL.canParse(url)) return badRequest('bad webhook: invalid URL');
  if (params.text('drop_pending_updates') === 'true') account.outbox.clear();
  const allowed = params.json('allowed_updates');
  account.config = {
    ...account.config,
    webhookUrl: url === '' ? null : url,
    secretToken: secret ?? null,
    ...(Array.isArray(allowed) ? { allowedUpdates: allowed.map(String) } : {}),
  };
  return ok(true);
}

function getWebhookInfo({ account }: MethodCall): ProviderAnswer {
  const { config, outbox, pulled, lastAnswer } = account;
  const failed = lastAnswer !== null && !lastAnswer.startsWith('HTTP 2');
  return ok({
    url: config.webhookUrl ?? '',
    has_custom_certificate: false,
    pending_update_count: outbox.waiting + pulled.length,
    ...(failed ? { last_error_message: `Wrong response from the webhook: ${lastAnswer}` } : {}),
    ...(config.allowedUpdates === null ? {} : { allowed_updates: config.allowedUpdates }),
  });
}

/** Answers at once, whatever `timeout` says. */
function getUpdates({ account, params }: MethodCall): ProviderAnswer {
  if (account.config.webhookUrl !== null) {
    const hint =
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    return botError(409, `Conflict: ${hint}`);
  }
  const offset = params.integer('offset') ?? 0;
  account.pulled = account.pulled.filter(({ update_id: id }) => id >= offset).slice(-UNREAD_LIMIT);
  const most = Math.min(params.integer('limit') ?? 100, 100);
  return ok(account.pulled.slice(0, most).map(({ update_id, body }) => ({ update_id, ...body })));
}
