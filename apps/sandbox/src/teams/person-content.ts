import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';
import { baseUrl, serviceUrlOf } from './side.js';
import type { Teller } from './tell.js';

const FILE = 'application/vnd.microsoft.teams.file.download.info';

interface PersonFile {
  filename: string;
  mimeType: string;
  sha256: string;
}

/** The text of a message; in a room with the mention that calls the bot, unless `mention` is false. */
export function textOfWrite({ account, conversation }: Teller, fields: Fields): JsonObject {
  const text = fields.optionalText('text');
  if (text === undefined) return {};
  if (conversation.type === 'personal' || !fields.flag('mention', true)) return { text, textFormat: 'plain' };
  const written = '<at>Sandbox bot</at>';
  const mentioned = { id: `28:${account.config.appId}`, name: 'Sandbox bot' };
  return {
    text: `${written} ${text}`,
    textFormat: 'plain',
    entities: [{ type: 'mention', mentioned, text: written }],
  };
}

/** The text once more as HTML, which every message brings, and the file of `media`; `inline` puts a picture into the text. */
export function attachmentsOf(teller: Teller, fields: Fields): JsonObject {
  const copy = { contentType: 'text/html', content: `<div>${fields.optionalText('text') ?? ''}</div>` };
  const media = fields.object('media');
  if (!media) return fields.has('text') ? { attachments: [copy] } : missing();
  const file = fileOf(teller, media);
  const { side, conversation } = teller;
  const attachment = media.flag('inline', false)
    ? {
        contentType: 'image/*',
        contentUrl: `${serviceUrlOf(side, conversation)}v3/attachments/${file.sha256}/views/original`,
      }
    : uploaded(baseUrl(side), file);
  return { attachments: [attachment, copy] };
}

function missing(): never {
  throw invalid('text', 'is needed, or media, or something else that a person can do');
}

/** A file that the person uploaded to a store of their own (Teams, send and receive files, message with a file). */
function uploaded(base: string, { filename, mimeType, sha256 }: PersonFile): JsonObject {
  const query = new URLSearchParams({ tempauth: 'sandbox', type: mimeType });
  const content = {
    downloadUrl: `${base}/download/${sha256}/${encodeURIComponent(filename)}?${query.toString()}`,
    uniqueId: sha256.slice(0, 32),
    fileType: filename.slice(filename.lastIndexOf('.') + 1),
  };
  const contentUrl = `https://contoso.sharepoint.com/personal/Documents/${encodeURIComponent(filename)}`;
  return { contentType: FILE, contentUrl, name: filename, content };
}

/** `{base64, mimeType, filename}`, or `{file}` that names one of the sandbox's own. */
function fileOf({ side }: Teller, media: Fields): PersonFile {
  const base64 = media.optionalText('base64');
  if (base64 !== undefined) {
    const sha256 = side.world.blobs.put(Buffer.from(base64, 'base64'));
    return {
      sha256,
      mimeType: media.text('mimeType'),
      filename: media.optionalText('filename') ?? 'file.bin',
    };
  }
  const name = media.optionalText('file') ?? 'small.jpg';
  const fixture = side.world.files.get(name);
  if (!fixture) throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  const filename = media.optionalText('filename') ?? name;
  return { sha256: side.world.blobs.put(fixture.bytes), mimeType: fixture.mimeType, filename };
}
