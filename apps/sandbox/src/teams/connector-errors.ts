import type { ProviderAnswer } from '../core/journal.js';

/** `{error: {code, message}}`, as most refusals are (Teams, status codes from bot conversational APIs). */
export function refused(status: number, code: string, message: string): ProviderAnswer {
  return { status, body: { error: { code, message } } };
}

export const UNAUTHORIZED: ProviderAnswer = {
  status: 401,
  body: { message: 'Authorization has been denied for this request.' },
};

/** The refusal whose JSON is inside a string (Teams, send proactive messages). */
export function writesBlocked(): ProviderAnswer {
  const inside = {
    subCode: 'MessageWritesBlocked',
    details: 'Thread is blocked from message writes.',
    errorCode: null,
    errorSubCode: null,
  };
  return {
    status: 403,
    body: { errorCode: 209, message: JSON.stringify(inside, null, 2).replaceAll('\n', '\r\n') },
  };
}

export const conversationNotFound = (): ProviderAnswer =>
  refused(404, 'ConversationNotFound', 'Conversation not found.');
export const activityNotFound = (): ProviderAnswer =>
  refused(404, 'ActivityNotFoundInConversation', 'Conversation not found.');
export const badArgument = (message: string): ProviderAnswer => refused(400, 'Bad Argument', message);
export const notInRoster = (): ProviderAnswer =>
  refused(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
export const disabledByAdmin = (): ProviderAnswer =>
  refused(403, 'BotDisabledByAdmin', 'The tenant admin disabled this bot');
export const tooBig = (): ProviderAnswer => refused(413, 'MessageSizeTooBig', 'Message size too large.');
export const throttled = (): ProviderAnswer => refused(429, 'Throttled', 'Too many requests.');
export const serviceError = (): ProviderAnswer =>
  refused(502, 'ServiceError', 'A service dependency failed.');
