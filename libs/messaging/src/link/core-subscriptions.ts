import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { RepeatedLog } from '@skein/runtime';
import { messageOf } from './broker-errors.js';

/** Answers a question, or takes a message when nobody waits for an answer. */
export type CoreHandler = (payload: unknown, subject: string) => unknown;

interface CoreSubscription {
  subject: string;
  queue: string | undefined;
  handler: CoreHandler;
}

/** Header of an answer that is a failure; its value is the reason. */
const FAILED_HEADER = 'Skein-Error';

/** The reason in an answer that is a failure. */
export function failureIn(answer: Msg): string | undefined {
  return answer.headers?.get(FAILED_HEADER) || undefined;
}

/** What a service serves on core subjects, kept so that it can be served again on a new connection. */
export class CoreSubscriptions {
  private readonly all: CoreSubscription[] = [];

  constructor(private readonly log: RepeatedLog) {}

  /** Adds a subscription and serves it on the connection, if there is one already. */
  add(subscription: CoreSubscription, connection: NatsConnection | undefined): void {
    this.all.push(subscription);
    if (connection) this.attach(connection, subscription);
  }

  /** Serves everything on a new connection. The client itself keeps it over reconnects. */
  attachAll(connection: NatsConnection): void {
    for (const subscription of this.all) this.attach(connection, subscription);
  }

  private attach(connection: NatsConnection, { subject, queue, handler }: CoreSubscription): void {
    const callback = (error: Error | null, message: Msg) => {
      if (error) this.log.error(`subscribe:${subject}`, { err: error, subject }, 'a subscription failed');
      else void this.serve(handler, message);
    };
    connection.subscribe(subject, queue === undefined ? { callback } : { callback, queue });
  }

  private async serve(handler: CoreHandler, message: Msg): Promise<void> {
    const { subject } = message;
    try {
      const payload: unknown = message.data.length === 0 ? undefined : message.json();
      const answer = await handler(payload, subject);
      if (message.reply) message.respond(answer === undefined ? undefined : JSON.stringify(answer));
    } catch (error) {
      this.log.error(`serve:${subject}`, { err: error, subject }, 'a handler failed');
      if (message.reply) message.respond(undefined, { headers: failure(error) });
    }
  }
}

/** A header value is one line. */
function failure(error: unknown): MsgHdrs {
  const fields = headers();
  fields.set(FAILED_HEADER, messageOf(error).replace(/\s+/g, ' ').slice(0, 500));
  return fields;
}
