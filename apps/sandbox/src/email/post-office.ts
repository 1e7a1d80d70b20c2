import type { World } from '../core/kind.js';
import type { Account, Letter } from './accounts.js';
import { composeOutOfOffice } from './compose.js';
import { deliverLetter } from './deliver.js';
import { magicMailbox } from './magic.js';
import { readMail } from './mail.js';
import type { Mail } from './mail.js';
import type { Mailboxes } from './mailboxes.js';
import { blankBounce, deliveryReport } from './reports.js';
import type { DeliveryReport } from './reports.js';
import type { Submission } from './submission.js';

/** Reports follow after five lingers, about 100 ms: normally after the sender has noted its 250. */
const REPORT_STAGE = 5;

/** Puts accepted mail into mailboxes and writes the reports that follow. */
export class PostOffice {
  constructor(
    private readonly world: World,
    private readonly mailboxes: Mailboxes,
  ) {}

  /** @param early reports are delivered before this returns, that is before the sender hears 250. */
  async accept(submission: Submission, early: boolean): Promise<void> {
    const { account, id, envelopeFrom, recipients, source } = submission;
    const { channelId } = account.config;
    const envelope = { id, atMs: this.world.clock.now(), channelId, envelopeFrom, recipients };
    const mail = await readMail(source, envelope, this.world.blobs);
    for (const recipient of recipients) {
      if (arrives(recipient)) this.mailboxes.receive(this.mailboxes.at(recipient), mail);
      const letter = await this.reportFor(submission, mail, recipient);
      if (letter && early) await deliverLetter(this.world, account, letter);
      else if (letter) account.outbox.push(letter, { stage: REPORT_STAGE });
    }
    this.world.changed();
  }

  /** The report or auto-reply that one recipient's mailbox sends, unless it is lost or was not wanted. */
  private async reportFor(
    submission: Submission,
    mail: Mail,
    recipient: string,
  ): Promise<Letter | undefined> {
    const { account, envelopeFrom, source } = submission;
    const late = magicMailbox(recipient)?.late;
    const notify = submission.notify.get(recipient) ?? [];
    if (envelopeFrom === '' || (!late && !notify.includes('SUCCESS'))) return undefined;
    if (late?.event === 'out_of_office') return this.outOfOffice(account, mail, recipient);
    if (late && notify.length > 0 && !notify.includes(NOTIFY_WORDS[late.event])) return undefined;
    const scope = { channelId: account.config.channelId, address: recipient };
    if (this.world.faults.take('email', ['lost_receipt'], scope)) return undefined;
    const { status, diagnostic } = late ?? { status: '2.0.0', diagnostic: '250 2.0.0 Ok' };
    const action = late ? ACTIONS[late.event] : 'relayed';
    const date = new Date(this.world.clock.now());
    const report: DeliveryReport = { mail, source, recipient, action, status, diagnostic, date };
    return late?.event === 'blank_bounce' ? blankBounce(report) : deliveryReport(report);
  }

  private outOfOffice(account: Account, mail: Mail, recipient: string): Promise<Letter> {
    return composeOutOfOffice({ world: this.world, account, address: recipient }, mail);
  }
}

const ACTIONS = { failed: 'failed', blank_bounce: 'failed', delayed: 'delayed' } as const;
/** What a sender who names its wishes must have named to get the report (RFC 3461, 4.1). */
const NOTIFY_WORDS = { failed: 'FAILURE', blank_bounce: 'FAILURE', delayed: 'DELAY' };

function arrives(recipient: string): boolean {
  const event = magicMailbox(recipient)?.late?.event;
  return event === undefined || event === 'out_of_office';
}
