import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type {
  AccountView,
  ChatLine,
  InboxEntry,
  OpenKind,
  PersonSummary,
  SandboxKind,
  World,
} from '../core/kind.js';
import { Outbox } from '../core/outbox.js';
import { readUpTo } from '../core/read-up-to.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { notFound, Refusal } from '../core/refusal.js';
import { readAccount, viewOf } from './accounts.js';
import type { Account, AccountConfig, Letter } from './accounts.js';
import { chatLines, summaries } from './chat.js';
import { composeMail } from './compose.js';
import type { Draft } from './compose.js';
import { deliverLetter } from './deliver.js';
import { presentMail } from './inbox.js';
import type { Mail } from './mail.js';
import { Mailboxes } from './mailboxes.js';
import type { Mailbox } from './mailboxes.js';
import { PostOffice } from './post-office.js';
import { readReport } from './reports.js';
import { SubmissionServer } from './submission.js';

/**
 * Meaning of the faults here:
 * throttle: 450 4.7.0 at RCPT TO · error: 451 4.3.0 at the end of DATA · hang: the end of DATA is not answered, with `delayMs`
 * late · reset_after_accept: the mail is stored, the connection is cut instead of 250 · duplicate_webhook: one mail from a person
 * or report is delivered twice · out_of_order: the report arrives before the 250 · lost_receipt: one report is not sent.
 * There is no window, so no `window_closed`.
 */
const FAULTS: readonly FaultName[] = [
  'throttle',
  'error',
  'hang',
  'reset_after_accept',
  'duplicate_webhook',
  'out_of_order',
  'lost_receipt',
];

/** Mail is handed over this long after it was written. */
const LINGER_MS = 20;

/** Mailboxes behind a real SMTP server; answers travel by SMTP to the account's inbound listener. */
class EmailKind implements SandboxKind {
  readonly kind = 'email';
  readonly faults = FAULTS;
  private readonly byChannel = new Map<string, Account>();
  private readonly mailboxes = new Mailboxes();
  private readonly server: SubmissionServer;
  private port = 0;

  constructor(private readonly world: World) {
    const office = new PostOffice(world, this.mailboxes);
    this.server = new SubmissionServer({
      world,
      login: (user, password) =>
        [...this.byChannel.values()].find(
          ({ config }) => config.user === user && config.password === password,
        ),
      accept: (submission, early) => office.accept(submission, early),
    });
  }

  async listen(port: number): Promise<this> {
    this.port = await this.server.listen(port);
    return this;
  }

  addresses(): Record<string, string> {
    return { smtpUrl: `smtp://127.0.0.1:${this.port}` };
  }

  register(fields: Fields): Promise<AccountView> {
    const account = this.adopt(readAccount(fields));
    this.world.changed();
    return Promise.resolve(viewOf(account));
  }

  accounts(): AccountView[] {
    return [...this.byChannel.values()].map(viewOf);
  }

  inbox(address: string): InboxEntry[] {
    return this.mailboxes.at(address).received.map(({ mail }) => presentMail(this.world, mail));
  }

  async write(address: string, fields: Fields): Promise<JsonObject> {
    const mailbox = this.mailboxes.at(address);
    for (const unknown of ['press', 'reaction']) {
      if (fields.has(unknown)) throw new Refusal(409, 'not_supported', `Email has no ${unknown}.`);
    }
    const inReplyTo = fields.optionalText('inReplyTo');
    const named = this.namedParent(mailbox, inReplyTo);
    const mails = mailbox.received.map(({ mail }) => mail);
    const met = new Set([...mails, ...mailbox.written].map((each) => each.channelId));
    const wanted = fields.optionalText('channelId') ?? named?.channelId;
    const account = chooseAccount([...this.byChannel.values()], met, wanted);
    const last = mails.findLast((mail) => mail.channelId === account.config.channelId);
    // An empty inReplyTo starts a new conversation; without one a person answers the last mail.
    const parent = inReplyTo === undefined ? last : named;
    const { letter, messageId, subject, text } = await this.draft(mailbox, account, fields, parent);
    const { channelId } = account.config;
    const atMs = this.world.clock.now();
    this.mailboxes.wrote(mailbox, { atMs, channelId, messageId, subject, text });
    account.outbox.push(letter);
    this.world.changed();
    return { id: messageId, messageId, channelId, at: this.world.clock.stamp(atMs), to: letter.to };
  }

  read(address: string, fields: Fields): number {
    const { received } = this.mailboxes.at(address);
    const unread = readUpTo(
      received,
      fields.optionalText('upTo'),
      ({ mail }) => mail.id,
      (entry) => entry,
    );
    for (const { mail } of unread) {
      const receipt = readReport(mail, address, new Date(this.world.clock.now()));
      if (receipt) this.byChannel.get(mail.channelId)?.outbox.push(receipt);
    }
    this.world.changed();
    return unread.length;
  }

  people(): PersonSummary[] {
    return summaries(this.world, this.mailboxes);
  }

  chat(address: string): ChatLine[] {
    return chatLines(this.world, this.mailboxes.at(address));
  }

  reset(): void {
    this.mailboxes.clear();
    for (const { outbox } of this.byChannel.values()) outbox.clear();
  }

  snapshot(): unknown {
    const accounts = [...this.byChannel.values()].map(({ config }) => config);
    return { accounts, mailboxes: this.mailboxes.snapshot() };
  }

  restore(saved: unknown): void {
    if (!isObject(saved)) return;
    for (const config of listOf(saved['accounts']).filter(isObject))
      this.adopt(readAccount(new Fields(config)));
    this.mailboxes.restore(saved['mailboxes']);
  }

  async stop(): Promise<void> {
    this.reset();
    await this.server.stop();
  }

  private adopt(config: AccountConfig): Account {
    const known = this.byChannel.get(config.channelId);
    if (known) {
      known.config = config;
      return known;
    }
    const deliver = ([letter]: Letter[]): Promise<DeliveryOutcome> =>
      letter ? deliverLetter(this.world, account, letter) : Promise.resolve('done');
    const limits = { lingerMs: LINGER_MS, batchSize: 1, parallel: 1 };
    const account: Account = {
      config,
      outbox: new Outbox<Letter>({ deliver, timers: this.world.timers, ...limits }),
      lastAnswer: null,
    };
    this.byChannel.set(config.channelId, account);
    return account;
  }

  /** The mail that `inReplyTo` names by inbox id or Message-ID; undefined when it names none. */
  private namedParent({ received }: Mailbox, wanted: string | undefined): Mail | undefined {
    if (wanted === undefined || wanted === '') return undefined;
    const found = received.findLast(({ mail }) => mail.id === wanted || mail.messageId === wanted);
    if (!found) throw notFound(`There is no mail ${JSON.stringify(wanted)} in this mailbox.`);
    return found.mail;
  }

  private draft(
    { address }: Mailbox,
    account: Account,
    fields: Fields,
    parent: Mail | undefined,
  ): Promise<Draft> {
    const raw = fields.optionalText('raw');
    if (raw === undefined) return composeMail({ world: this.world, account, address }, fields, parent);
    const to = fields.optionalText('to') ?? account.config.address;
    const from = fields.optionalText('envelopeFrom') ?? address;
    const letter = { from, to, raw: Buffer.from(raw.replace(/\r?\n/g, '\r\n')) };
    const messageId = /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? '';
    return Promise.resolve({ letter, messageId, subject: '(raw)', text: raw });
  }
}

export const openEmail: OpenKind = (world, { smtpPort }) => new EmailKind(world).listen(smtpPort);
