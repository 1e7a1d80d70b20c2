import { createTransport } from 'nodemailer';
import type { JsonObject } from '../core/json.js';
import { Inbound } from './inbound.js';
import type { Answer, Rig } from './rig.js';

export interface Refused {
  code: string;
  responseCode?: number;
  response?: string;
}

/** A business with one mailbox, which submits and receives by SMTP. */
export class MailBusiness {
  readonly inbound = new Inbound();

  constructor(
    readonly rig: Rig,
    readonly channelId = 'mail-1',
    readonly address = 'shop@shop.example',
  ) {}

  async register(more: JsonObject = {}): Promise<Answer> {
    await this.inbound.open();
    return this.rig.call('POST', '/accounts', {
      kind: 'email',
      channelId: this.channelId,
      address: this.address,
      user: 'shop',
      password: 'pass-1',
      inboundSmtp: this.inbound.address,
      ...more,
    });
  }

  /** Submits one mail; resolves to the 250 reply, rejects as nodemailer does. */
  async send(
    mail: JsonObject,
    auth = { user: 'shop', pass: 'pass-1' },
    socketTimeout = 5_000,
  ): Promise<string> {
    const { hostname, port } = new URL(this.rig.sandbox.addresses['smtpUrl'] ?? '');
    const transport = createTransport({
      host: hostname,
      port: Number(port),
      secure: false,
      auth,
      socketTimeout,
    });
    try {
      const { response } = await transport.sendMail({
        from: this.address,
        subject: 'Hello',
        text: 'hi',
        ...mail,
      });
      return response;
    } finally {
      transport.close();
    }
  }

  /** Submits one mail that must be refused. */
  async refused(
    mail: JsonObject,
    auth?: { user: string; pass: string },
    socketTimeout?: number,
  ): Promise<Refused> {
    try {
      return { code: 'accepted', response: await this.send(mail, auth, socketTimeout) };
    } catch (error) {
      return error as Refused;
    }
  }
}
