import { PROTOCOL, type ClientFrame, type ServerFrame, type UserProof } from '../src/protocol.js';
import { Composer } from './composer.js';
import { Connection, type ConnectionState } from './connection.js';
import { Conversation } from './conversation.js';
import { h } from './dom.js';
import { LogView } from './log-view.js';
import type { Options } from './options.js';
import { Outbox } from './outbox.js';
import { Panel } from './panel.js';
import { Storage } from './storage.js';
import { Uploads } from './uploads.js';
import { fill } from './words.js';

/** One chat on one page: what is known, what is shown, and the line to the server. */
export class Chat {
  readonly panel: Panel;
  private readonly common: Storage;
  private readonly storage: Storage;
  private readonly conversation = new Conversation();
  private readonly connection: Connection;
  private readonly outbox: Outbox;
  private readonly uploads: Uploads;
  private readonly composer: Composer;
  private readonly log: LogView;
  private readonly greeting = h('div', { class: 'greeting', dir: 'auto', hidden: true });
  private token = '';
  private key: string | undefined;
  private title: string;
  private seenUpTo = 0;
  private isLoadingEarlier = false;

  constructor(
    private readonly options: Options,
    private readonly user: UserProof | undefined,
  ) {
    const { channel, url, words } = options;
    this.title = options.title ?? '';
    this.common = new Storage(`skein:${channel}:`);
    this.storage = new Storage(`skein:${channel}:${user === undefined ? 'v' : `u:${user.id}`}:`);
    if (user !== undefined) this.storage.adopt(new Storage(`skein:${channel}:v:`), ['draft', 'outbox']);
    this.panel = new Panel({
      options,
      onOpen: () => this.opened(),
      onClose: () => this.closed(),
      onFiles: (files) => this.composer.addFiles(files),
    });
    this.connection = new Connection({
      url: `${url.replace(/^http/, 'ws')}/chat/${encodeURIComponent(channel)}`,
      hello: () => this.hello(),
      onFrame: (frame) => this.hear(frame),
      onState: (state) => this.tellState(state),
    });
    this.outbox = new Outbox(
      this.storage,
      (frame) => this.connection.send(frame),
      () => this.show(),
    );
    this.uploads = new Uploads({
      words,
      url: `${url}/chat/${encodeURIComponent(channel)}/files`,
      token: () => this.token,
      onChange: () => this.composer?.refresh(),
    });
    this.log = new LogView(
      {
        words,
        name: this.title,
        press: (action, entry) => this.outbox.add({ action: { ...action, ...(entry && { entry }) } }),
        retry: (id) => this.outbox.retry(id),
        discard: (id) => this.outbox.discard(id),
        onEarlier: () => this.loadEarlier(),
      },
      this.greeting,
    );
    this.composer = new Composer({
      ...{ words, uploads: this.uploads, draft: this.storage.get('draft') ?? '' },
      onDraft: (text) => this.storage.set('draft', text),
      onSend: (text) => this.say(text),
      onProblem: (problem) => this.panel.warn(problem),
    });
    this.panel.dialog.append(this.log.element, this.panel.notice, this.composer.element);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  /** Puts the chat on the page. Somebody the server may know is connected at once, a stranger when they open it. */
  start(): void {
    document.body.append(this.panel.host);
    this.show();
    const isKnown = this.user !== undefined || this.storage.get('token') !== undefined;
    if (isKnown || this.outbox.items.length > 0) this.connection.start();
    if (this.options.isOpen || this.common.get('open') === '1') this.open(false);
  }

  open(focus = true): void {
    this.panel.open(focus ? this.composer.field : undefined);
  }

  /** Takes the chat off the page. */
  remove(): void {
    document.removeEventListener('visibilitychange', this.onVisible);
    this.connection.stop();
    this.panel.host.remove();
  }

  private readonly onVisible = (): void => this.markRead();

  private opened(): void {
    this.common.set('open', '1');
    this.connection.start();
    this.composer.refresh();
    this.log.toEnd();
    this.markRead();
    this.panel.unread(this.conversation.unread);
  }

  private closed(): void {
    this.common.set('open', undefined);
    this.panel.unread(this.conversation.unread);
  }

  private hello(): ClientFrame {
    const { cursor } = this.conversation;
    const token = this.storage.get('token') ?? new Storage(`skein:${this.options.channel}:v:`).get('token');
    return {
      ...{ type: 'hello', protocol: PROTOCOL },
      ...(token === undefined ? {} : { token }),
      ...(this.user === undefined ? {} : { user: this.user }),
      ...(cursor === undefined ? {} : { cursor }),
    };
  }

  private hear(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        return this.welcomed(frame);
      case 'entries':
        return this.received(frame);
      case 'history':
        this.conversation.more = frame.more;
        this.isLoadingEarlier = false;
        this.conversation.take(frame.entries);
        return this.show(true);
      case 'accepted':
        return this.outbox.accepted(frame.id);
      case 'refused':
        this.outbox.refused(frame);
        return frame.retry ? undefined : this.panel.warn(frame.detail);
      case 'typing':
        // Whoever answers has seen what was said.
        this.seenUpTo = Math.max(this.seenUpTo, (this.conversation.cursor ?? 0) + 1);
        this.log.showTyping(fill(this.options.words.typing, this.title), frame.ms);
        return this.show();
      case 'read':
        this.conversation.read(frame.upTo);
        return this.panel.unread(this.conversation.unread);
      case 'pong':
        return;
    }
  }

  private welcomed({
    token,
    who,
    key,
    title,
    greeting,
    more,
  }: Extract<ServerFrame, { type: 'welcome' }>): void {
    // The server took us for somebody else, such as after a reset: nothing of before belongs to them.
    if (this.key !== undefined && this.key !== key) {
      this.conversation.forget();
      this.outbox.clear();
    }
    const isFirst = this.conversation.cursor === undefined;
    this.key = key;
    this.token = token;
    if (who === 'visitor') this.storage.set('token', token);
    // The visitor has become a user: the old token opens nothing any more.
    else new Storage(`skein:${this.options.channel}:v:`).set('token', undefined);
    if (isFirst) this.conversation.more = more;
    this.title = this.options.title ?? title;
    this.panel.name(this.title);
    this.log.rename(this.title);
    this.greeting.textContent = greeting;
    this.outbox.flush();
    this.show();
  }

  private received({ entries }: Extract<ServerFrame, { type: 'entries' }>): void {
    const fresh = this.conversation.take(entries);
    for (const { clientId } of fresh) if (clientId !== undefined) this.outbox.accepted(clientId);
    const { lastReceived } = this.conversation;
    if (fresh.some(({ direction }) => direction === 'out')) {
      this.log.showTyping(undefined);
      this.connection.send({ type: 'delivered', upTo: lastReceived });
    }
    this.show();
    this.markRead();
  }

  private say(text: string): void {
    const files = this.uploads.ready.map(({ ref, ...shown }) => ({ ref, shown }));
    this.uploads.clear();
    this.outbox.add({ ...(text && { text }), ...(files.length > 0 && { files }) });
    this.log.toEnd();
  }

  private loadEarlier(): void {
    const { first } = this.conversation;
    if (first === undefined || this.isLoadingEarlier) return;
    this.isLoadingEarlier = this.connection.send({ type: 'history', before: first });
  }

  private markRead(): void {
    const { lastReceived, unread } = this.conversation;
    if (unread === 0 || !this.panel.isOpen || document.visibilityState !== 'visible') return;
    if (!this.connection.send({ type: 'read', upTo: lastReceived })) return;
    this.conversation.read(lastReceived);
    this.panel.unread(0);
  }

  private show(keepPlace = false): void {
    const { conversation, outbox } = this;
    this.greeting.hidden = this.greeting.textContent === '';
    this.log.show(conversation.lines(outbox.items, this.seenUpTo), conversation.more, keepPlace);
    this.panel.unread(conversation.unread);
  }

  private tellState(state: ConnectionState): void {
    const { words } = this.options;
    const isDown = state === 'waiting' && this.key !== undefined;
    this.panel.tell(
      state === 'open' ? words.online : state === 'idle' ? '' : words.connecting,
      state === 'open',
    );
    if (state === 'refused') this.panel.warn(words.refused);
    else if (isDown) this.panel.warn(words.offline, true);
    else if (state === 'open') this.panel.warn(undefined);
  }
}
