import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Fault, FaultName } from '../core/faults.js';
import type { DeliveryOutcome } from '../core/outbox.js';
import { isTwilio } from './accounts.js';
import type { SmppAccount } from './accounts.js';
import type { SmsSide } from './side.js';
import { PDU, Session } from './smpp-library.js';
import type { Pdu, SmppSession } from './smpp-library.js';
import type { Delivery } from './smsc-deliveries.js';
import { statusOfFault, takeSubmit } from './smsc-submit.js';
import type { SubmitAnswer } from './smsc-submit.js';

/** One connection of a client. */
interface Connected {
  session: SmppSession;
  account?: SmppAccount;
  receives: boolean;
  sends: boolean;
  unanswered: number;
}

const BINDS: Readonly<Record<string, { receives: boolean; sends: boolean }>> = {
  bind_transceiver: { receives: true, sends: true },
  bind_receiver: { receives: true, sends: false },
  bind_transmitter: { receives: false, sends: true },
};
const CALL_FAULTS: readonly FaultName[] = ['throttle', 'error', 'hang', 'reset_after_accept', 'out_of_order'];
const ANSWER_WITHIN_MS = 5_000;
/** With `out_of_order` the answer waits until the receipt is there. */
const OVERTAKEN_MS = 400;

/** An SMSC: SMPP 3.4 on a port of its own, on the loopback. */
export class Smsc {
  private readonly server: Server;
  private readonly connected = new Set<Connected>();
  private readonly openParts = new Map<string, Map<number, string>>();

  constructor(private readonly side: SmsSide) {
    this.server = createServer((socket) => this.welcome(socket));
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  /** Hands one message or receipt to a bound receiver; twice when `duplicate_webhook` strikes, the second before the first is answered. */
  async deliver(account: SmppAccount, delivery: Delivery): Promise<DeliveryOutcome> {
    const receivers = [...this.connected].filter((each) => each.account === account && each.receives);
    const receiver = receivers[Math.floor(Math.random() * receivers.length)];
    if (!receiver) return 'away';
    const answered = ask(receiver.session, delivery.pdu);
    const scope = { channelId: account.config.channelId, address: delivery.person };
    // An SMSC repeats what it has no answer to; what was answered it forgets.
    if (this.side.world.faults.take('sms', ['duplicate_webhook'], scope))
      void ask(receiver.session, delivery.pdu);
    const status = await answered;
    account.lastAnswer = status === undefined ? 'no answer' : `status ${status}`;
    if (status !== 0) return status === undefined ? 'away' : 'refused';
    return 'done';
  }

  async stop(): Promise<void> {
    for (const { session } of this.connected) session.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private welcome(socket: Socket): void {
    // Small PDUs go at once, or a second one would wait for the first to be answered.
    socket.setNoDelay(true);
    const session = new Session({ socket });
    const client: Connected = { session, receives: false, sends: false, unanswered: 0 };
    this.connected.add(client);
    session.on('close', () => this.connected.delete(client));
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: Pdu) => this.take(client, pdu));
  }

  private take(client: Connected, pdu: Pdu): void {
    if (pdu.isResponse()) return;
    const bind = BINDS[pdu.command];
    if (bind) return this.bind(client, pdu, bind);
    if (pdu.command === 'submit_sm') return this.submit(client, pdu);
    client.session.send(
      pdu.response(pdu.command === 'enquire_link' || pdu.command === 'unbind' ? {} : { command_status: 3 }),
    );
    if (pdu.command === 'unbind') client.session.socket.end();
  }

  private bind(client: Connected, pdu: Pdu, rights: { receives: boolean; sends: boolean }): void {
    const account = [...this.side.accounts.values()].find(
      (each): each is SmppAccount => !isTwilio(each) && each.config.systemId === pdu['system_id'],
    );
    const status = account === undefined ? 0x0f : account.config.password === pdu['password'] ? 0 : 0x0e;
    this.side.world.journal.record({
      ...{ kind: 'sms', address: null, operation: pdu.command, request: { systemId: pdu['system_id'] } },
      answer: { status, body: null },
    });
    if (status === 0 && account) Object.assign(client, { account, ...rights });
    client.session.send(pdu.response(status === 0 ? { system_id: 'sandbox' } : { command_status: status }));
  }

  private submit(client: Connected, pdu: Pdu): void {
    const { account, session } = client;
    if (!account || !client.sends) return void session.send(pdu.response({ command_status: 4 }));
    client.unanswered += 1;
    account.mostUnanswered = Math.max(account.mostUnanswered, client.unanswered);
    const address = `+${String(pdu['destination_addr'])}`;
    const fault =
      client.unanswered > account.config.window
        ? undefined
        : this.side.world.faults.take('sms', CALL_FAULTS, { channelId: account.config.channelId, address });
    const run = (early = false): SubmitAnswer => takeSubmit(this.side, account, this.openParts, pdu, early);
    if (client.unanswered > account.config.window)
      return this.answer(client, pdu, { status: 0x58, messageId: '' });
    if (!fault) return this.answer(client, pdu, run());
    this.faulty(client, pdu, fault, run);
  }

  private faulty(client: Connected, pdu: Pdu, fault: Fault, run: (early?: boolean) => SubmitAnswer): void {
    const status = statusOfFault[fault.fault];
    if (status !== undefined) return this.answer(client, pdu, { status, messageId: '' }, fault);
    if (fault.fault === 'reset_after_accept') {
      this.record(client, pdu, run(), fault);
      client.session.socket.resetAndDestroy();
      return;
    }
    if (fault.fault === 'out_of_order') {
      const answer = run(true);
      this.side.world.timers.after(OVERTAKEN_MS, () => this.answer(client, pdu, answer, fault));
      return;
    }
    if (fault.delayMs === undefined) return this.record(client, pdu, null, fault);
    this.side.world.timers.after(fault.delayMs, () => this.answer(client, pdu, run(), fault));
  }

  private answer(client: Connected, pdu: Pdu, answer: SubmitAnswer, fault?: Fault): void {
    client.unanswered -= 1;
    this.record(client, pdu, answer, fault);
    const { status, messageId } = answer;
    client.session.send(pdu.response(status === 0 ? { message_id: messageId } : { command_status: status }));
  }

  private record({ account }: Connected, pdu: Pdu, answer: SubmitAnswer | null, fault?: Fault): void {
    const { message } = (pdu['short_message'] ?? {}) as { message?: unknown };
    const { data_coding: dataCoding, esm_class: esmClass } = pdu;
    this.side.world.journal.record({
      kind: 'sms',
      address: `+${String(pdu['destination_addr'])}`,
      operation: 'submit_sm',
      request: { channelId: account?.config.channelId, text: message, dataCoding, esmClass },
      answer: answer && { status: answer.status, body: { messageId: answer.messageId } },
      ...(fault ? { fault: fault.fault } : {}),
    });
  }
}

/** Sends a deliver_sm; the status it is answered with, undefined when it is not. */
function ask(session: SmppSession, fields: Record<string, unknown>): Promise<number | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS);
    const onClose = (): void => {
      clearTimeout(late);
      resolve(undefined);
    };
    session.once('close', onClose);
    const written = session.send(new PDU('deliver_sm', { ...fields }), (answer) => {
      clearTimeout(late);
      session.off('close', onClose);
      resolve(answer.command_status);
    });
    if (!written) onClose();
  });
}
