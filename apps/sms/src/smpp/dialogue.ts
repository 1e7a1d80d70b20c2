import type { Socket } from 'node:net';
import { PDU, Session, STATUS } from './library.js';
import type { Pdu, PduFields, SmppSession } from './library.js';

/** `unwritten`: it never left. `lost`: it was written, and no answer can come any more, or none came in its time. */
export type Answer = { kind: 'answer'; pdu: Pdu } | { kind: 'unwritten' } | { kind: 'lost' };

export interface DialogueParts {
  /** A deliver_sm; the number is the status it is answered with. */
  onDeliver(pdu: Pdu): Promise<number>;
  /** Called once, when the connection is gone for whatever reason. */
  onGone(reason: string): void;
}

/** Requests and answers over one socket. Knows nothing of binds and of coming back. */
export class Dialogue {
  private readonly session: SmppSession;
  private readonly waiting = new Set<(answer: Answer) => void>();
  private gone = false;

  constructor(
    socket: Socket,
    private readonly parts: DialogueParts,
  ) {
    this.session = new Session({ socket });
    this.session.on('pdu', (pdu: Pdu) => this.take(pdu));
    this.session.on('error', (error: { code?: string; message?: string }) =>
      this.end(error.code ?? error.message ?? 'error'),
    );
    this.session.on('close', () => this.end('closed'));
  }

  /** Asks and waits for the answer. Never rejects. */
  ask(command: string, fields: PduFields, withinMs: number): Promise<Answer> {
    if (this.gone) return Promise.resolve({ kind: 'unwritten' });
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(late);
        this.waiting.delete(settle);
        resolve(answer);
      };
      const late = setTimeout(() => settle({ kind: 'lost' }), withinMs);
      this.waiting.add(settle);
      const written = this.session.send(new PDU(command, fields), (pdu) => settle({ kind: 'answer', pdu }));
      if (!written) settle({ kind: 'unwritten' });
    });
  }

  /** Ends the connection at once; every question under way is lost. */
  end(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.session.destroy();
    for (const settle of this.waiting) settle({ kind: 'lost' });
    this.parts.onGone(reason);
  }

  private take(pdu: Pdu): void {
    if (pdu.isResponse()) return;
    if (pdu.command === 'deliver_sm') return void this.deliver(pdu);
    if (pdu.command === 'enquire_link') return this.answer(pdu, STATUS.ok);
    if (pdu.command === 'unbind') {
      this.answer(pdu, STATUS.ok);
      return this.end('unbound by the SMSC');
    }
    if (pdu.command !== 'alert_notification' && pdu.command !== 'outbind')
      this.answer(pdu, STATUS.invalidCommand);
  }

  private async deliver(pdu: Pdu): Promise<void> {
    const status = await this.parts.onDeliver(pdu).catch(() => STATUS.temporary);
    this.answer(pdu, status);
  }

  private answer(pdu: Pdu, status: number): void {
    if (!this.gone) this.session.send(pdu.response({ command_status: status }));
  }
}
