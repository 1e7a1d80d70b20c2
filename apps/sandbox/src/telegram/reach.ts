import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { badRequest, botError, forbidden } from './bot-errors.js';
import type { Chat, Standing } from './chats.js';
import type { Params } from './params.js';
import type { TelegramSide } from './side.js';

export interface Reached {
  chat: Chat;
  topic: number | null;
}

const SHUT: Readonly<Record<Exclude<Standing, 'member'>, (chat: Chat) => ProviderAnswer>> = {
  blocked: () => forbidden('bot was blocked by the user'),
  deactivated: () => forbidden('user is deactivated'),
  kicked: ({ type }) => forbidden(`bot was kicked from the ${type} chat`),
  left: ({ type }) => forbidden(`bot is not a member of the ${type} chat`),
};

/** The chat that a call names, or why the bot cannot reach it. Nobody can be written to who has not written first. */
export function reach(
  side: TelegramSide,
  account: Account,
  params: Params,
): Reached | { problem: ProviderAnswer } {
  const id = params.text('chat_id') ?? '';
  if (id === '') return { problem: badRequest('chat_id is empty') };
  const chat = account.chats.get(id);
  if (!chat) return { problem: isKnownElsewhere(side, id) ? COLD : badRequest('chat not found') };
  if (chat.migratedTo !== null) return { problem: migrated(chat.migratedTo) };
  if (chat.standing !== 'member') return { problem: SHUT[chat.standing](chat) };
  const topic = params.integer('message_thread_id') ?? null;
  if (topic !== null && !chat.topics.includes(topic))
    return { problem: badRequest('message thread not found') };
  return { chat, topic };
}

const COLD = forbidden("bot can't initiate conversation with a user");

/** Somebody whom the platform knows, but this bot has never met. */
function isKnownElsewhere({ accounts }: TelegramSide, id: string): boolean {
  return !id.startsWith('-') && [...accounts.values()].some(({ chats }) => chats.has(id));
}

function migrated(to: string): ProviderAnswer {
  const description = 'Bad Request: group chat was upgraded to a supergroup chat';
  return botError(400, description, { migrate_to_chat_id: Number(to) });
}
