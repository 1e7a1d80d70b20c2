import type { Fields } from '../core/fields.js';
import { blobUrl, ownFile } from '../core/own-links.js';
import { invalid } from '../core/refusal.js';
import type { JsonObject } from '../core/json.js';
import type { TwilioAccount } from './accounts.js';
import { optOut } from './opt-outs.js';
import type { Person } from './people.js';
import type { SmsSide } from './side.js';
import { countSegments } from './count-segments.js';
import { newSid } from './twilio-send.js';

/** Files of people by their path under `/sms`: where they really lie. */
export type TwilioMedia = Map<string, { accountSid: string; location: string }>;

/** The person writes to the number: the webhook of a message, with files as an MMS. */
export function writeToTwilio(
  side: SmsSide,
  media: TwilioMedia,
  account: TwilioAccount,
  person: Person,
  fields: Fields,
): JsonObject {
  const { channelId, from, messagingServiceSid, accountSid, webhookUrl } = account.config;
  const file = fields.object('media');
  const text = fields.optionalText('text') ?? file?.optionalText('caption') ?? '';
  const sid = newSid(file ? 'MM' : 'SM');
  const answered = optOut(account, person.address, text);
  const form: Record<string, string> = {
    ToCountry: 'US',
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: text,
    To: from ?? '+15005550006',
    NumSegments: String(countSegments(text)),
    MessageSid: sid,
    AccountSid: accountSid,
    From: person.address,
    ApiVersion: '2010-04-01',
    ...(messagingServiceSid === null ? {} : { MessagingServiceSid: messagingServiceSid }),
    ...(file ? fileFields(side, media, account, sid, file) : {}),
    ...answered?.fields,
    ...rawFields(fields),
  };
  const atMs = side.world.clock.now();
  side.people.wrote(person, { id: sid, atMs, channelId, text });
  if (webhookUrl !== null) account.outbox.push({ url: webhookUrl, person: person.address, fields: form });
  if (answered) {
    const reply = { id: newSid('SM'), atMs, channelId, text: answered.reply, files: [], segments: 1 };
    side.people.receive(person, { ...reply, raw: { provider: true }, read: false });
  }
  return { id: sid };
}

function rawFields(fields: Fields): Record<string, string> {
  const raw = fields.object('raw')?.body ?? {};
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value)]));
}

function fileFields(
  side: SmsSide,
  media: TwilioMedia,
  { config: { accountSid, baseUrl } }: TwilioAccount,
  sid: string,
  file: Fields,
): Record<string, string> {
  const { bytes, mimeType } = bytesOf(side, file);
  const path = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${newSid('ME')}`;
  const location = blobUrl(side.world, side.world.blobs.put(bytes), mimeType);
  media.set(path, { accountSid, location });
  return {
    NumMedia: '1',
    MediaUrl0: `${baseUrl ?? `${side.world.origin()}/sms`}${path}`,
    MediaContentType0: mimeType,
  };
}

function bytesOf(side: SmsSide, file: Fields): { bytes: Buffer; mimeType: string } {
  const base64 = file.optionalText('base64');
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), mimeType: file.text('mimeType') };
  const name = file.optionalText('file') ?? 'small.jpg';
  const found = ownFile(side.world, file.optionalText('url') ?? `${side.world.origin()}/files/${name}`);
  if (typeof found === 'string')
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  return { bytes: found.bytes, mimeType: file.optionalText('mimeType') ?? found.mimeType };
}
