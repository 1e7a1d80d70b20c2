import type { JsonObject } from '../core/json.js';
import type { Answer, Rig } from './rig.js';

/** The error object of the Graph API. */
export interface GraphErrorBody {
  error: { code: number; message: string; type: string; fbtrace_id: string; error_data: { details: string } };
}

export interface SendAnswer {
  messages: { id: string; message_status?: string }[];
  contacts: { input: string; wa_id?: string; user_id?: string }[];
  error?: GraphErrorBody['error'];
}

/** Registered with every account, so that each template rule has its subject. */
export const TEMPLATES = [
  {
    name: 'order_update',
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Hello {{1}}, your order {{2}} is ready.' },
      { type: 'FOOTER', text: 'The shop' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Thanks' },
          { type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' },
        ],
      },
    ],
  },
  {
    name: 'plain',
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'Hello' }],
  },
  {
    name: 'offer',
    language: 'en_US',
    category: 'MARKETING',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'Buy' }],
  },
  {
    name: 'code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: '1' }],
  },
  {
    name: 'named',
    language: 'es',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'Hola {{who}}' }],
  },
  {
    name: 'paused',
    language: 'en_US',
    category: 'UTILITY',
    status: 'PAUSED',
    components: [{ type: 'BODY', text: 'x' }],
  },
  {
    name: 'off',
    language: 'en_US',
    category: 'UTILITY',
    status: 'DISABLED',
    components: [{ type: 'BODY', text: 'x' }],
  },
  {
    name: 'waiting',
    language: 'en_US',
    category: 'UTILITY',
    status: 'PENDING',
    components: [{ type: 'BODY', text: 'x' }],
  },
];

/** A business with one WhatsApp number. */
export class Business {
  constructor(
    readonly rig: Rig,
    readonly channelId = 'wa-1',
    readonly phoneNumberId = '1001',
  ) {}

  register(more: JsonObject = {}): Promise<Answer> {
    return this.rig.call('POST', '/accounts', {
      kind: 'whatsapp',
      channelId: this.channelId,
      phoneNumberId: this.phoneNumberId,
      wabaId: '2001',
      displayPhoneNumber: '+1 555-000-1111',
      accessToken: 'token-1',
      appSecret: 'secret-1',
      verifyToken: 'verify-me',
      webhookUrl: this.rig.receiver.url,
      templates: TEMPLATES,
      throughputPerSecond: null,
      ...more,
    });
  }

  /** Posts a message; `messaging_product` is filled in. */
  send(message: JsonObject, token = 'token-1'): Promise<Answer<SendAnswer>> {
    const body = { messaging_product: 'whatsapp', recipient_type: 'individual', ...message };
    return this.rig.call<SendAnswer>('POST', `/whatsapp/v23.0/${this.phoneNumberId}/messages`, body, token);
  }

  text(to: string, body = 'hello', more: JsonObject = {}): Promise<Answer<SendAnswer>> {
    return this.send({ to, type: 'text', text: { body }, ...more });
  }

  template(
    to: string,
    name: string,
    components: unknown[] = [],
    code = 'en_US',
  ): Promise<Answer<SendAnswer>> {
    return this.send({ to, type: 'template', template: { name, language: { code }, components } });
  }

  /** The person writes, which opens the window. */
  async openWindow(address: string): Promise<void> {
    await this.rig.write('whatsapp', address, { text: 'hi', channelId: this.channelId });
  }
}

/** The id of an accepted message. */
export function idOf({ body }: Answer<SendAnswer>): string {
  return body.messages[0]?.id ?? '';
}
