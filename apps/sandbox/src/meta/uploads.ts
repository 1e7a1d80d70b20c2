import { objectOf, textOf } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { graphError, invalid, NOT_FETCHED } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import type { CallBody } from './read-call.js';
import type { MetaSide } from './side.js';

/** `POST /{id}/message_attachments` with a file or an address; answers `{attachment_id}`. */
export function uploadAttachment(side: MetaSide, { fields, file }: CallBody): ProviderAnswer {
  const attachment = objectOf(objectOf(fields['message'])?.['attachment']);
  const type = textOf(attachment?.['type']) ?? '';
  const payload = objectOf(attachment?.['payload']);
  const url = textOf(payload?.['url']);
  const refuse = (problem: GraphProblem): ProviderAnswer => graphError(problem, side.platform.errorType);
  if (side.platform.media[type] === undefined)
    return refuse(invalid('Param message[attachment][type] is not known.'));
  if (payload?.['is_reusable'] !== true) return refuse(invalid('Param is_reusable must be true.'));
  if (file !== undefined) {
    const problem = side.attachments.check(type, file.mimeType, file.bytes.length);
    return problem ? refuse(problem) : stored(side.attachments.add(type, file).id);
  }
  if (url === undefined) return refuse(invalid('Either filedata or a url is required.'));
  const problem = side.attachments.checkLink(type, url);
  if (problem) return refuse(problem);
  const kept = side.attachments.keepLink(type, url);
  return kept === undefined ? refuse(NOT_FETCHED) : stored(kept.id);
}

function stored(id: string): ProviderAnswer {
  return { status: 200, body: { attachment_id: id } };
}
