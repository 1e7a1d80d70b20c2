import { chooseAccount } from '../core/choose-account.js';
import type { FaultName } from '../core/faults.js';
import { Fields } from '../core/fields.js';
import { isObject, listOf, textOf } from '../core/json.js';
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
import { invalid, Refusal } from '../core/refusal.js';
import { readAccount, viewOf } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import { fileOf } from './files.js';
import { Phone } from './phone.js';
import { lineOf, presentEntry } from './present.js';

/**
 * Meaning of the faults here, where the far side is the person's browser:
 * duplicate_webhook: a message is sent twice · reset_after_accept: the connection is cut behind a message, which is sent again after
 * the next welcome · lost_receipt: one batch of entries is not acknowledged.
 */
const FAULTS: readonly FaultName[] = ['duplicate_webhook', 'reset_after_accept', 'lost_receipt'];

/** People with the chat widget open in a browser. They come back by themselves when the service was away. */
class WebChatKind implements SandboxKind {
  readonly kind = 'web-chat';
  readonly faults = FAULTS;
  private readonly byChannel = new Map<string, Account>();
  private readonly phones = new Map<string, Phone>();

  constructor(private readonly world: World) {}

  register(fields: Fields): Promise<AccountView> {
    const account = { config: readAccount(fields) };
    this.byChannel.set(account.config.channelId, account);
    this.world.changed();
    return Promise.resolve(viewOf(account));
  }

  accounts(): AccountView[] {
    return [...this.byChannel.values()].map(viewOf);
  }

  /** The first look opens the chat: what waited for the person comes with the next one. */
  inbox(address: string): InboxEntry[] {
    return this.phonesOf(address).flatMap(({ entries, parts }) => {
      const { channelId } = parts.account();
      const received = entries.filter(({ direction }) => direction === 'out');
      return received.map((entry) => presentEntry(entry, channelId));
    });
  }

  async write(address: string, fields: Fields): Promise<JsonObject> {
    const phone = this.phoneAt(address, fields.optionalText('channelId'));
    const { channelId } = phone.parts.account();
    const scope = { address, channelId };
    const fault = this.world.faults.take('web-chat', ['duplicate_webhook', 'reset_after_accept'], scope);
    const how = { duplicate_webhook: 'twice', reset_after_accept: 'cut' } as const;
    const name = fault?.fault as keyof typeof how | undefined;
    const accepted = await phone.say(await this.frameOf(phone, fields), name && how[name]);
    const id = `wc:${String(accepted['entry'])}`;
    return { id, messageId: id, channelId, at: String(accepted['at']), address: phone.address };
  }

  read(address: string, fields: Fields): number {
    const upTo = fields.optionalText('upTo');
    const phones = this.phonesOf(address);
    return phones.reduce((sum, phone) => sum + readOn(phone, upTo), 0);
  }

  people(): PersonSummary[] {
    return [...this.phones.values()].map((phone) => {
      const { entries, readUpTo, parts } = phone;
      const unread = entries.filter(({ direction, id }) => direction === 'out' && id > readUpTo).length;
      const { name } = parts;
      return { address: name, name, messages: entries.length, unread, lastAt: entries.at(-1)?.at ?? null };
    });
  }

  chat(address: string): ChatLine[] {
    return this.phonesOf(address).flatMap(({ entries, parts }) =>
      entries.map((entry) => lineOf(entry, parts.account().channelId)),
    );
  }

  reset(): void {
    for (const phone of this.phones.values()) phone.stop();
    this.phones.clear();
  }

  snapshot(): unknown {
    const accounts = [...this.byChannel.values()].map(({ config }) => config);
    const phones = [...this.phones.values()].map(({ parts, token }) => {
      const { channelId } = parts.account();
      return { name: parts.name, channelId, token };
    });
    return { accounts, phones };
  }

  restore(saved: unknown): void {
    if (!isObject(saved)) return;
    for (const config of listOf(saved['accounts']).filter(isObject)) {
      const account = { config: readAccount(new Fields(config)) };
      this.byChannel.set(account.config.channelId, account);
    }
    for (const { name, channelId, token } of listOf(saved['phones']).filter(isObject)) {
      const account = this.byChannel.get(String(channelId));
      if (account) this.phoneOf(String(name), account.config, textOf(token));
    }
  }

  stop(): Promise<void> {
    this.reset();
    return Promise.resolve();
  }

  private async frameOf(phone: Phone, fields: Fields): Promise<JsonObject> {
    const [text, press, media] = [
      fields.optionalText('text'),
      fields.optionalText('press'),
      fields.object('media'),
    ];
    if (press !== undefined) return pressOn(phone, press);
    if (media !== undefined) {
      const { bytes, filename } = await fileOf(this.world, media);
      const caption = media.optionalText('caption') ?? text;
      return {
        files: [await phone.upload(bytes, filename)],
        ...(caption === undefined ? {} : { text: caption }),
      };
    }
    if (text !== undefined) return { text };
    const unknown = ['reaction', 'edit', 'revoke'].find((name) => fields.has(name));
    if (unknown) throw new Refusal(409, 'not_supported', `The web chat has no ${unknown}.`);
    throw invalid('text', 'is required, or press, or media');
  }

  /** The phones of a person, opened where they are not; an address that the service gave names one too. */
  private phonesOf(address: string): Phone[] {
    const known = [...this.phones.values()].filter(
      (phone) => phone.parts.name === address || phone.address === address,
    );
    if (known.length > 0) return known;
    return this.byChannel.size === 1 ? [this.phoneAt(address, undefined)] : [];
  }

  private phoneAt(address: string, wanted: string | undefined): Phone {
    const mine = [...this.phones.values()].filter(
      (phone) => phone.parts.name === address || phone.address === address,
    );
    const met = new Set(mine.map(({ parts }) => parts.account().channelId));
    const { config } = chooseAccount([...this.byChannel.values()], met, wanted);
    const found = mine.find(({ parts }) => parts.account().channelId === config.channelId);
    return found ?? this.phoneOf(address, config, undefined);
  }

  private phoneOf(name: string, config: AccountConfig, token: string | undefined): Phone {
    const account = (): AccountConfig => this.byChannel.get(config.channelId)?.config ?? config;
    const phone = new Phone({ world: this.world, name, account, ...(token === undefined ? {} : { token }) });
    this.phones.set(`${config.channelId}\n${name}`, phone);
    void phone.open().catch(() => undefined);
    return phone;
  }
}

/** The id or the label of something offered; anything else is pressed as it is. */
function pressOn({ entries }: Phone, press: string): JsonObject {
  for (const entry of entries.toReversed()) {
    const { buttons = [] } = presentEntry(entry, '');
    const found = buttons.find(({ id, title }) => id === press || title === press);
    if (found) return { action: { id: found.id, label: found.title, entry: entry.id } };
  }
  return { action: { id: press, label: press } };
}

function readOn(phone: Phone, upTo: string | undefined): number {
  const received = phone.entries.filter(({ direction }) => direction === 'out');
  const last = upTo === undefined ? received.at(-1) : received.find(({ id }) => `wc:${id}` === upTo);
  if (last === undefined && upTo !== undefined) throw invalid('upTo', 'is no entry of this inbox');
  const unread = received.filter(({ id }) => id > phone.readUpTo && id <= (last?.id ?? 0));
  if (last !== undefined) phone.read(last.id);
  return unread.length;
}

export const openWebChat: OpenKind = (world) => Promise.resolve(new WebChatKind(world));
