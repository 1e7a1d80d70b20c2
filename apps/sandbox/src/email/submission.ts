import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Fault, FaultName } from '../core/faults.js';
import type { CallRecord } from '../core/journal.js';
import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import { domainOf } from './accounts.js';
import { magicMailbox } from './magic.js';
import type { SmtpReply } from './magic.js';

export interface Submission {
  account: Account;
  id: string;
  envelopeFrom: string;
  recipients: string[];
  /** Upper-case NOTIFY words by recipient, empty when none were given (RFC 3461). */
  notify: Map<string, string[]>;
  source: Buffer;
}

export interface SubmissionDesk {
  world: World;
  /** The account of these credentials. */
  login(user: string, password: string): Account | undefined;
  /** Stores an accepted mail; `early` sends its reports before the sender hears 250. Throws for broken MIME. */
  accept(submission: Submission, early: boolean): Promise<void>;
}

const SIZE_LIMIT = 25 * 1024 * 1024;
const IDLE_MS = 10 * 60 * 1000;
const DATA_FAULTS: readonly FaultName[] = ['error', 'hang', 'reset_after_accept', 'out_of_order'];

/** A real SMTP submission server with AUTH, without TLS: it listens on the loopback only. */
export class SubmissionServer {
  private readonly server: SMTPServer;
  private readonly sockets = new Map<number, Socket>();
  private readonly logins = new Map<string, Account>();
  private readonly greylisted = new Set<string>();

  constructor(private readonly desk: SubmissionDesk) {
    this.server = new SMTPServer({
      name: 'sandbox.example',
      banner: 'sandbox',
      size: SIZE_LIMIT,
      socketTimeout: IDLE_MS,
      closeTimeout: 1,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      hideDSN: false,
      // Replies carry enhanced codes of their own; the library would guess others and put them in front.
      hideENHANCEDSTATUSCODES: true,
      logger: false,
      onAuth: ({ username = '', password }, session, callback) => {
        const account = desk.login(username, password ?? '');
        if (!account) return callback(refuse({ code: 535, text: '5.7.8 Wrong user or password' }));
        this.logins.set(session.id, account);
        callback(null, { user: account.config.channelId });
      },
      onMailFrom: (address, session, callback) => callback(this.checkSender(address, session)),
      onRcptTo: (address, session, callback) => callback(this.checkRecipient(address, session)),
      onData: (stream, session, callback) => void this.takeData(stream, session, callback),
      onClose: ({ id }) => void this.logins.delete(id),
    });
    this.server.server.on('connection', (socket: Socket) => this.track(socket));
    // Clients that vanish mid-dialogue are part of the tests.
    this.server.on('error', () => undefined);
  }

  /** Listens and returns the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      const net = this.server.listen(port, '127.0.0.1', () => {
        const address = net.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  stop(): Promise<void> {
    for (const socket of this.sockets.values()) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private track(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    this.sockets.set(port, socket);
    socket.on('close', () => this.sockets.delete(port));
  }

  /** An account may send from its own domain, which leaves room for return paths made per message. */
  private checkSender({ address }: SMTPServerAddress, session: SMTPServerSession): Error | null {
    const account = this.logins.get(session.id);
    if (!account) return refuse({ code: 530, text: '5.7.0 Authentication required' });
    if (address === '' || domainOf(address) === account.config.domain) return null;
    const reply = { code: 553, text: `5.7.1 Not allowed to send as ${address}` };
    this.journal(account, [], { from: address }, reply);
    return refuse(reply);
  }

  private checkRecipient({ address }: SMTPServerAddress, session: SMTPServerSession): Error | null {
    const account = this.logins.get(session.id);
    if (!account) return refuse({ code: 530, text: '5.7.0 Authentication required' });
    const { mailFrom } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const scope = { channelId: account.config.channelId, address };
    const fault = this.desk.world.faults.take('email', ['throttle'], scope);
    const reply = fault ? THROTTLED : this.magicReply(address, from);
    if (!reply) return null;
    this.journal(account, [address], { from }, reply, fault);
    return refuse(reply);
  }

  private magicReply(address: string, from: string): SmtpReply | undefined {
    const magic = magicMailbox(address);
    if (!magic?.refused || !magic.onlyFirst) return magic?.refused;
    const pair = `${from}>${address}`;
    if (this.greylisted.has(pair)) return undefined;
    this.greylisted.add(pair);
    return magic.refused;
  }

  private async takeData(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: DataDone,
  ): Promise<void> {
    const account = this.logins.get(session.id);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) chunks.push(chunk as Buffer);
    } catch {
      // The client went away inside DATA: nothing was accepted, and there is nobody to answer.
      return;
    }
    if (!account || stream.sizeExceeded) return done(refuse({ code: 552, text: '5.3.4 Message too big' }));
    const submission = submissionOf(account, session, Buffer.concat(chunks));
    const scope = { channelId: account.config.channelId, address: submission.recipients[0] };
    const fault = this.desk.world.faults.take('email', DATA_FAULTS, scope);
    if (!fault) return void this.accept(submission, done);
    this.faulty(fault, submission, session, done);
  }

  /** What each fault does at the end of DATA; see the table in the kind's index file. */
  private faulty(fault: Fault, submission: Submission, session: SMTPServerSession, done: DataDone): void {
    const { account, recipients, envelopeFrom: from } = submission;
    if (fault.fault === 'error') {
      this.journal(account, recipients, { from }, ERROR, fault);
      return done(refuse(ERROR));
    }
    if (fault.fault === 'hang') {
      const { delayMs } = fault;
      if (delayMs === undefined) this.journal(account, recipients, { from }, null, fault);
      else this.desk.world.timers.after(delayMs, () => void this.accept(submission, done, fault));
      return;
    }
    if (fault.fault === 'out_of_order') return void this.accept(submission, done, fault);
    const reset = (): void => void this.sockets.get(session.remotePort)?.resetAndDestroy();
    void this.accept(submission, reset, fault);
  }

  private async accept(submission: Submission, done: DataDone, fault?: Fault): Promise<void> {
    const { account, recipients, envelopeFrom: from, id } = submission;
    const request = { from, size: submission.source.length, ...describe(submission) };
    const call = this.journal(account, recipients, request, null, fault);
    try {
      await this.desk.accept(submission, fault?.fault === 'out_of_order');
      const text = `2.0.0 Ok: queued as ${id}`;
      call.answer = { status: 250, body: `250 ${text}` };
      done(null, text);
    } catch {
      call.answer = { status: UNREADABLE.code, body: `${UNREADABLE.code} ${UNREADABLE.text}` };
      done(refuse(UNREADABLE));
    }
  }

  private journal(
    account: Account,
    recipients: string[],
    request: object,
    reply: SmtpReply | null,
    fault?: Fault,
  ): CallRecord {
    const { channelId } = account.config;
    const answer = reply && { status: reply.code, body: `${reply.code} ${reply.text}` };
    const call: CallRecord = {
      kind: 'email',
      address: recipients[0] ?? null,
      operation: 'send',
      request: { channelId, to: recipients, ...request },
      answer,
    };
    return this.desk.world.journal.record(fault ? { ...call, fault: fault.fault } : call);
  }
}

type DataDone = (error?: Error | null, message?: string) => void;

const THROTTLED: SmtpReply = { code: 450, text: '4.7.0 Too many messages, try again later' };
const ERROR: SmtpReply = { code: 451, text: '4.3.0 Temporary system problem' };

const UNREADABLE: SmtpReply = { code: 554, text: '5.6.0 The message cannot be read' };

/** What the journal shows of a mail without parsing it all. */
function describe({ source }: Submission): { messageId: string | null; subject: string | null } {
  const head = source.toString('latin1', 0, 16_384);
  const header = (name: string): string | null =>
    new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(head)?.[1]?.trim() ?? null;
  return { messageId: header('message-id'), subject: header('subject') };
}

function refuse({ code, text }: SmtpReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

function submissionOf(account: Account, { envelope }: SMTPServerSession, source: Buffer): Submission {
  const id = randomBytes(6).toString('hex').toUpperCase();
  const envelopeFrom = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const recipients = envelope.rcptTo.map(({ address }) => address.toLowerCase());
  const notify = new Map(
    envelope.rcptTo.map(({ address, dsn }) => [address.toLowerCase(), dsn?.notify ?? []]),
  );
  return { account, id, envelopeFrom, recipients, notify, source };
}
