import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Arrived {
  from: string;
  to: string[];
  source: string;
  mail: Email;
}

/** The business's inbound mail listener: takes what comes, or answers what it is told to. */
export class Inbound {
  readonly arrived: Arrived[] = [];
  /** Reply codes of the next deliveries; 250 when empty. */
  answers: number[] = [];
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const code = this.answers.shift() ?? 250;
        if (code !== 250) return done(Object.assign(new Error('not now'), { responseCode: code }));
        const source = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        void PostalMime.parse(source, { forceRfc822Attachments: true }).then((mail) => {
          this.arrived.push({
            from,
            to: rcptTo.map(({ address }) => address),
            source: source.toString('utf8'),
            mail,
          });
          done();
        });
      });
    },
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', () => resolve()));
    return this;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
