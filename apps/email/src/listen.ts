import type { ChannelAccount, Listener, ListenerKit } from '@skein/channel-kit';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';
import { splitAddress } from './address.js';
import type { EmailConfig } from './config.js';
import { receiveMail } from './receive.js';
import type { Recipient } from './receive.js';
import { REPLIES, refuse } from './replies.js';
import { closeTransports } from './transports.js';

type Kit = ListenerKit<EmailConfig>;
type Done = (error?: Error | null, text?: string) => void;

/** Larger mails are refused with 552. */
export const MAX_MAIL_BYTES = 25 * 1024 * 1024;
const MAX_RECIPIENTS = 50;
/** Each may hold one mail in memory. */
const MAX_CLIENTS = 50;
const IDLE_MS = 60_000;
const CLOSE_WITHIN_MS = 5_000;

/** Starts the inbound SMTP listener on `SKEIN_SMTP_PORT`. */
export function listen(kit: Kit): Promise<Listener> {
  return listenOn(kit, kit.listenPort);
}

/** Accepts mail for the e-mail channels there are; 0 is a free port. A mail is answered 250 only after it is committed. */
export async function listenOn(kit: Kit, port: number, host?: string): Promise<Listener> {
  const desk = new Desk(kit);
  const server = new SMTPServer({
    name: 'skein',
    banner: 'ready',
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_MS,
    closeTimeout: CLOSE_WITHIN_MS,
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    // Replies carry their own enhanced codes.
    hideENHANCEDSTATUSCODES: true,
    logger: false,
    onConnect: (_session, done) => done(desk.stopping ? refuse(REPLIES.stopping) : null),
    onRcptTo: ({ address }, session, done) => void desk.recipient(address, session).then(done),
    onData: (stream, session, done) => void desk.data(stream, session, done),
    onClose: (session) => desk.forget(session),
  });
  // A peer that vanishes in the middle is everyday life for a mail server.
  server.on('error', () => undefined);
  const address = await opened(server, port, host);
  return {
    address,
    async stop() {
      desk.stopping = true;
      await new Promise<void>((resolve) => server.close(() => resolve()));
      closeTransports();
    },
  };
}

function opened(server: SMTPServer, port: number, host: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const net = server.listen(port, host, () => {
      const bound = net.address();
      resolve(typeof bound === 'object' && bound ? `${host ?? '127.0.0.1'}:${bound.port}` : String(bound));
    });
  });
}

/** The open sessions and what they may deliver to. */
class Desk {
  stopping = false;
  private readonly recipients = new Map<string, Recipient[]>();

  constructor(private readonly kit: Kit) {}

  async recipient(address: string, { id }: SMTPServerSession): Promise<Error | null> {
    if (this.stopping) return refuse(REPLIES.stopping);
    const known = this.recipients.get(id) ?? [];
    if (known.length >= MAX_RECIPIENTS) return refuse(REPLIES.tooManyRecipients);
    try {
      const account = await this.accountFor(address);
      if (account === undefined) return refuse(REPLIES.noMailbox);
      this.recipients.set(id, [...known, { address, account }]);
      return null;
    } catch {
      return refuse(REPLIES.away);
    }
  }

  async data(stream: AsyncIterable<unknown>, session: SMTPServerSession, done: Done): Promise<void> {
    const source = await collect(stream);
    const asked = new Set(session.envelope.rcptTo.map(({ address }) => address));
    // A connection may carry several mails; only the recipients of this one count.
    const recipients = (this.recipients.get(session.id) ?? []).filter(({ address }) => asked.has(address));
    this.recipients.delete(session.id);
    if (source === 'broken') return;
    if (source === 'too large') return done(refuse(REPLIES.tooLarge));
    const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
    const reply = await receiveMail(this.kit, { source, from, recipients });
    done(reply.code < 300 ? null : refuse(reply), reply.text);
  }

  forget({ id }: SMTPServerSession): void {
    this.recipients.delete(id);
  }

  /** The account of the whole address, or of the address without its tag. */
  private async accountFor(address: string): Promise<ChannelAccount<EmailConfig> | undefined> {
    const split = splitAddress(address);
    if (split === undefined) return undefined;
    const whole = await this.kit.accountFor(address.toLowerCase());
    if (whole !== undefined || split.tag === undefined) return whole;
    return this.kit.accountFor(`${split.local}@${split.domain}`);
  }
}

/** The mail's bytes. What is too large is read to its end and not kept, so that the peer hears the reply. */
async function collect(stream: AsyncIterable<unknown>): Promise<Buffer | 'too large' | 'broken'> {
  let chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of stream) {
      total += (chunk as Buffer).length;
      if (total > MAX_MAIL_BYTES) chunks = [];
      else chunks.push(chunk as Buffer);
    }
  } catch {
    return 'broken';
  }
  return total > MAX_MAIL_BYTES ? 'too large' : Buffer.concat(chunks);
}
