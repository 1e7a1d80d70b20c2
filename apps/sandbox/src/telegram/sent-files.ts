import type { JsonObject } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import type { StoredFile } from './files.js';
import { FILE_METHODS, LIMITS } from './limits.js';
import type { Params } from './params.js';
import type { TelegramSide } from './side.js';

type Problem = { problem: string };

const UNFETCHED: Problem = { problem: 'failed to get HTTP URL content' };
const WRONG_TYPE: Problem = { problem: 'wrong type of the web page content' };

/** The file of a call, as the member of the message that shows it: uploaded, named by its address, or by the id of one sent before. */
export function fileOf(side: TelegramSide, method: string, params: Params): JsonObject | Problem {
  const rule = FILE_METHODS[method];
  if (!rule) return { problem: 'method not found' };
  const upload = params.upload(rule.field);
  if (upload) {
    const { bytes, mimeType, filename } = upload;
    if (bytes.length === 0) return { problem: 'file must be non-empty' };
    if (bytes.length > rule.uploadBytes) return { problem: 'file is too big' };
    return show(rule.field, side.files.add(`${rule.field}s`, bytes, mimeType, filename));
  }
  const named = params.text(rule.field);
  if (named === undefined || named === '') return { problem: `there is no ${rule.field} in the request` };
  if (/^https?:/.test(named)) return fetched(side, rule, named);
  const known = side.files.get(named);
  return known ? show(rule.field, known) : { problem: 'wrong file identifier/HTTP URL specified' };
}

type Rule = NonNullable<(typeof FILE_METHODS)[string]>;

/** The platform fetches addresses itself. Hosts other than the sandbox's own are believed. */
function fetched(side: TelegramSide, rule: Rule, link: string): JsonObject | Problem {
  const file = ownFile(side.world, link);
  if (file === 'missing') return UNFETCHED;
  if (file === 'foreign') return { [rule.field]: { file_id: link, file_unique_id: link } };
  if (file.delayMs > LIMITS.fetchWithinMs || file.bytes.length > rule.addressBytes) return UNFETCHED;
  if (!(rule.typesByAddress ?? rule.types).test(file.mimeType)) return WRONG_TYPE;
  return show(rule.field, side.files.add(`${rule.field}s`, file.bytes, file.mimeType, file.name));
}

/** A photo is a list of sizes, everything else one object. */
export function show(field: string, { fileId, uniqueId, mimeType, filename, size }: StoredFile): JsonObject {
  const ids = { file_id: fileId, file_unique_id: uniqueId, file_size: size };
  if (field !== 'photo') return { [field]: { ...ids, mime_type: mimeType, file_name: filename } };
  const thumbnail = {
    file_id: `${fileId}s`,
    file_unique_id: `${uniqueId}s`,
    file_size: 900,
    width: 90,
    height: 60,
  };
  return { photo: [thumbnail, { ...ids, width: 1280, height: 853 }] };
}
