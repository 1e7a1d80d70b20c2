import type { JsonObject } from '../core/json.js';
import type { Answer, Rig } from './rig.js';

export interface BotAnswerBody {
  ok: boolean;
  result: JsonObject & { message_id: number };
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A business with one Telegram bot. */
export class BotBusiness {
  constructor(
    readonly rig: Rig,
    readonly channelId = 'telegram-1',
    readonly token = '1001:bot-token',
  ) {}

  register(more: JsonObject = {}): Promise<Answer> {
    return this.rig.call('POST', '/accounts', {
      kind: 'telegram',
      channelId: this.channelId,
      token: this.token,
      secretToken: 'secret-1',
      webhookUrl: this.rig.receiver.url,
      messagesPerSecond: null,
      chatRate: false,
      allowedUpdates: ['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'],
      ...more,
    });
  }

  call(method: string, fields: JsonObject = {}, token = this.token): Promise<Answer<BotAnswerBody>> {
    return this.rig.call<BotAnswerBody>('POST', `/telegram/bot${token}/${method}`, fields);
  }

  text(chat: string, text = 'hello', more: JsonObject = {}): Promise<Answer<BotAnswerBody>> {
    return this.call('sendMessage', { chat_id: chat, text, ...more });
  }

  /** The description of a refusal. */
  async refusal(method: string, fields: JsonObject): Promise<string> {
    const { body } = await this.call(method, fields);
    return `${body.error_code ?? 200} ${body.description ?? 'ok'}`;
  }

  write(address: string, body: unknown): Promise<Answer> {
    return this.rig.write('telegram', address, body);
  }

  /** Updates that reached the webhook, in order. */
  updates(): (JsonObject & { update_id: number })[] {
    return this.rig.receiver.hooks.map(({ body }) => JSON.parse(body) as JsonObject & { update_id: number });
  }
}
