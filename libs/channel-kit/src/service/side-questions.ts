import { subjects, type ChannelKind, type FieldError, type TypingNote } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { AccountBook } from '../account/account-book.js';
import type { ChannelDefinition, SendIo } from '../definition.js';

/** Whose the credentials are, or what is wrong with them. Never holds their values. */
export type CheckAnswer = { account: string } | { errors: FieldError[] };

export interface SideQuestionsParts {
  link: NatsLink;
  book: AccountBook;
  definitions: readonly ChannelDefinition<object>[];
  io(account: { workspaceId: string; kind: ChannelKind; id: string }, signal: AbortSignal): SendIo;
  routeOf(channelId: string, address: string): Promise<Record<string, string>>;
}

/** A typing indicator that takes longer shows nothing to anybody. */
const TYPING_MS = 5000;

/** What is asked of a channel service over core NATS besides webhooks: valid credentials, typing indicators. */
export class SideQuestions {
  private attached: NatsConnection | undefined;
  private subscriptions: Subscription[] = [];
  private readonly detach: () => void;
  private stopped = false;

  constructor(private readonly parts: SideQuestionsParts) {
    this.detach = parts.link.onUp(() => this.attach());
    if (parts.link.up) this.attach();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.detach();
    await Promise.allSettled(this.subscriptions.map((subscription) => subscription.drain()));
  }

  /** A connection keeps its subscriptions over reconnects; a new one needs them anew. */
  private attach(): void {
    const { nats } = this.parts.link;
    if (this.stopped || this.attached === nats) return;
    this.attached = nats;
    this.subscriptions = this.parts.definitions.flatMap((definition) => [
      nats.subscribe(subjects.check(definition.kind), {
        queue: definition.kind,
        callback: (error, message) => {
          if (!error) message.respond(JSON.stringify(checkCredentials(definition, parsed(message))));
        },
      }),
      ...(definition.typing === undefined ? [] : [this.hearTyping(nats, definition)]),
    ]);
  }

  private hearTyping(nats: NatsConnection, definition: ChannelDefinition<object>): Subscription {
    return nats.subscribe(subjects.typing(definition.kind, '*'), {
      queue: definition.kind,
      callback: (error, message) => {
        if (!error) void this.type(definition, message).catch(() => undefined);
      },
    });
  }

  private async type(definition: ChannelDefinition<object>, message: Msg): Promise<void> {
    const note = parsed(message) as Partial<TypingNote> | undefined;
    const opened = await this.parts.book.byId(message.subject.split('.')[3] ?? '');
    if (typeof note?.address !== 'string' || !opened || !('account' in opened)) return;
    const { account } = opened;
    const route = await this.parts.routeOf(account.id, note.address);
    const io = this.parts.io(account, AbortSignal.timeout(TYPING_MS));
    await definition.typing?.({ ...note, address: note.address, route }, account, io);
  }
}

function parsed(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

/** Checks credentials against the kind's own class. Pure; the answer names fields and rules, never what was given. */
export function checkCredentials(definition: ChannelDefinition<object>, given: unknown): CheckAnswer {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { errors: [{ field: 'credentials', reason: 'must be an object' }] };
  const config = plainToInstance(definition.config, given);
  const wrong = validateSync(config, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  if (wrong.length > 0) return { errors: wrong.flatMap((error) => errorsOf(error, 'credentials')) };
  return { account: definition.accountOf(config) };
}

function errorsOf({ property, constraints, children }: ValidationError, at: string): FieldError[] {
  const field = `${at}.${property}`;
  const own = Object.values(constraints ?? {}).map((reason) => ({
    field,
    reason: reason.startsWith(`${property} `) ? reason.slice(property.length + 1) : reason,
  }));
  return [...own, ...(children ?? []).flatMap((child) => errorsOf(child, field))];
}
