import type { JsonObject } from '../core/json.js';
import type { Answer, Rig } from './rig.js';

export interface MetaAnswer {
  recipient_id: string;
  message_id?: string;
  attachment_id?: string;
  error?: { code: number; error_subcode?: number; message: string; type: string; fbtrace_id: string };
}

/** A webhook as it came: entries with events. */
export interface MetaHook {
  object: string;
  entry: { id: string; messaging?: JsonObject[]; standby?: JsonObject[]; changes?: JsonObject[] }[];
}

/** A business with one Page or one Instagram account. */
export class MetaBusiness {
  readonly accountId: string;

  constructor(
    readonly rig: Rig,
    readonly kind: 'messenger' | 'instagram',
  ) {
    this.accountId = kind === 'messenger' ? '682498302938465' : '17841405822304914';
  }

  register(more: JsonObject = {}): Promise<Answer> {
    return this.rig.call('POST', '/accounts', {
      kind: this.kind,
      channelId: `${this.kind}-1`,
      [this.kind === 'messenger' ? 'pageId' : 'instagramId']: this.accountId,
      accessToken: 'token-1',
      appSecret: 'secret-1',
      verifyToken: 'verify-me',
      webhookUrl: this.rig.receiver.url,
      ...more,
    });
  }

  call(edge: string, body: JsonObject, token = 'token-1'): Promise<Answer<MetaAnswer>> {
    return this.rig.call<MetaAnswer>('POST', `/${this.kind}/v24.0/${this.accountId}/${edge}`, body, token);
  }

  send(id: string, message: JsonObject, more: JsonObject = {}): Promise<Answer<MetaAnswer>> {
    return this.call('messages', { recipient: { id }, messaging_type: 'RESPONSE', message, ...more });
  }

  /** The person writes, which opens the window. */
  async openWindow(id: string): Promise<void> {
    await this.rig.write(this.kind, id, { text: 'hi' });
  }

  /** Every webhook of this account received so far. */
  hooks(): MetaHook[] {
    const object = this.kind === 'messenger' ? 'page' : 'instagram';
    const all = this.rig.receiver.hooks.map(({ body }) => JSON.parse(body) as MetaHook);
    return all.filter((hook) => hook.object === object);
  }

  /** Every event of them. */
  events(): JsonObject[] {
    return this.hooks().flatMap(({ entry }) => entry.flatMap(({ messaging }) => messaging ?? []));
  }
}
