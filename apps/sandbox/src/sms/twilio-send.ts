import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { ownFile } from '../core/own-links.js';
import type { TwilioAccount } from './accounts.js';
import { countSegments } from './count-segments.js';
import { magicOf } from './magic.js';
import type { Person, ReceivedText, TextFile } from './people.js';
import type { SmsSide } from './side.js';
import { errorText, twilioError } from './twilio-errors.js';

/** What was asked for; a repeated field is a list. */
export type TwilioForm = URLSearchParams;

export const newSid = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;

/** Takes one `POST …/Messages.json` through the platform's rules and answers it. */
export function createMessage(side: SmsSide, account: TwilioAccount, form: TwilioForm): ProviderAnswer {
  const code =
    checkSender(account, form) ?? checkContent(side, form) ?? checkReceiver(account, form.get('To') ?? '');
  if (code !== undefined) return twilioError(code);
  const person = side.people.at(form.get('To') ?? '');
  const media = form.getAll('MediaUrl');
  const sid = newSid(media.length > 0 ? 'MM' : 'SM');
  const message = record(side, account, person, form, sid);
  tell(side, account, person, form, message);
  return { status: 201, body: resourceOf(account, person.address, message, media.length) };
}

function checkSender({ config }: TwilioAccount, form: TwilioForm): number | undefined {
  const service = form.get('MessagingServiceSid');
  if (service !== null) return service === config.messagingServiceSid ? undefined : 21606;
  if (!form.get('From')) return 21603;
  return form.get('From') === config.from ? undefined : 21606;
}

function checkContent(side: SmsSide, form: TwilioForm): number | undefined {
  const media = form.getAll('MediaUrl');
  if (!form.get('Body') && media.length === 0) return 21602;
  if ((form.get('Body') ?? '').length > 1600) return 21617;
  if (media.length > 10) return 21623;
  return media.every((url) => /^https?:\/\//.test(url) && ownFile(side.world, url) !== 'missing')
    ? undefined
    : 21620;
}

function checkReceiver(account: TwilioAccount, to: string): number | undefined {
  if (to === '') return 21604;
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return 21211;
  if (account.optedOut.has(to)) return 21610;
  const magic = magicOf(to);
  return magic?.when === 'now' ? magic.twilio : undefined;
}

function record(
  side: SmsSide,
  account: TwilioAccount,
  person: Person,
  form: TwilioForm,
  id: string,
): ReceivedText {
  const text = form.get('Body') ?? '';
  const message: ReceivedText = {
    id,
    atMs: side.world.clock.now(),
    channelId: account.config.channelId,
    text,
    files: form.getAll('MediaUrl').map((url) => fileOf(side, url)),
    segments: countSegments(text),
    raw: rawOf(form),
    read: false,
  };
  if (magicOf(person.address)?.when !== 'late') side.people.receive(person, message);
  side.world.changed();
  return message;
}

function fileOf(side: SmsSide, url: string): TextFile {
  const file = ownFile(side.world, url);
  return typeof file === 'string' ? { url } : { url, mimeType: file.mimeType, filename: file.name };
}

export function rawOf(form: TwilioForm): JsonObject {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const all = form.getAll(name);
      return [name, all.length > 1 ? all : all[0]];
    }),
  );
}

/** `sent` and then `delivered`, or `undelivered`, to the address that came with the message. The first status is never told. */
function tell(
  { world }: SmsSide,
  account: TwilioAccount,
  person: Person,
  form: TwilioForm,
  { id }: ReceivedText,
): void {
  const url = form.get('StatusCallback');
  if (url === null || !account.config.receipts) return;
  const scope = { channelId: account.config.channelId, address: person.address };
  const fault = world.faults.take('sms', ['lost_receipt', 'out_of_order'], scope)?.fault;
  if (fault === 'lost_receipt') return;
  const magic = magicOf(person.address);
  const words = magic ? ['sent', 'undelivered'] : ['sent', 'delivered'];
  if (fault === 'out_of_order') words.reverse();
  words.forEach((word, stage) => {
    const error = word === 'undelivered' && magic ? errorFields(magic.twilio) : {};
    const fields = {
      ...about(account, id, form, person.address),
      MessageStatus: word,
      SmsStatus: word,
      ...error,
    };
    account.outbox.push({ url, person: person.address, fields }, { stage, ordered: false });
  });
}

function errorFields(code: number): Record<string, string> {
  return { ErrorCode: String(code), ErrorMessage: errorText(code) };
}

function about({ config }: TwilioAccount, sid: string, form: TwilioForm, to: string): Record<string, string> {
  const service = form.get('MessagingServiceSid');
  return {
    SmsSid: sid,
    MessageSid: sid,
    To: to,
    From: config.from ?? '+15005550006',
    AccountSid: config.accountSid,
    ApiVersion: '2010-04-01',
    ...(service === null ? {} : { MessagingServiceSid: service }),
  };
}

/** The Message resource. A messaging service counts segments later. */
export function resourceOf(
  { config }: TwilioAccount,
  to: string,
  { id, text, segments, atMs }: ReceivedText,
  media: number,
): JsonObject {
  const service = config.messagingServiceSid;
  const uri = `/2010-04-01/Accounts/${config.accountSid}/Messages/${id}.json`;
  const date = new Date(atMs).toUTCString().replace('GMT', '+0000');
  return {
    ...{ sid: id, account_sid: config.accountSid, api_version: '2010-04-01', body: text, to, uri },
    from: service === null ? config.from : null,
    messaging_service_sid: service,
    direction: 'outbound-api',
    status: service === null ? 'queued' : 'accepted',
    num_segments: service === null ? String(segments) : '0',
    num_media: String(media),
    ...{ error_code: null, error_message: null, price: null, price_unit: 'USD' },
    ...{ date_created: date, date_updated: date, date_sent: null },
    subresource_uris: { media: uri.replace(/\.json$/, '/Media.json') },
  };
}
