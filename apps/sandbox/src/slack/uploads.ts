import { isObject, listOf, textOf } from '../core/json.js';
import { argument } from './arguments.js';
import { conversationFor, keyOf, refusedIn } from './call.js';
import type { Call, Outcome } from './call.js';
import { addMessage, findMessage } from './conversations.js';
import type { Conversation } from './conversations.js';
import { echoMessage } from './echoes.js';
import type { StoredFile } from './files.js';
import { withoutToken } from './messages.js';

/** Bytes of one file. */
const MOST = 1024 * 1024 * 1024;

/** `files.getUploadURLExternal`: an address for that many bytes. */
export function announceUpload({ side, account, args, host }: Call): Outcome {
  const [filename, length] = [argument(args, 'filename'), Number(argument(args, 'length') ?? 0)];
  if (filename === undefined || !(length > 0)) return { error: 'missing_argument' };
  if (length > MOST) return { error: 'file_upload_size_restricted' };
  const { id, fileId } = side.files.announce(keyOf(account), filename, length);
  // Under the name the caller reached us by, because that is the one it may call.
  return { ok: { upload_url: `http://${host}/slack/upload/v1/${id}`, file_id: fileId } };
}

/**
 * `files.completeUploadExternal`: the files become one message of the conversation. Slack makes the message a moment later, so that
 * the answer does not name it.
 */
export function completeUpload(call: Call): Outcome {
  const { side, account, args } = call;
  const asked = listOf(args['files']).filter(isObject);
  if (asked.length === 0) return { error: 'invalid_arguments' };
  const tickets = asked.map(({ id }) => side.files.ticketOfFile(id));
  if (tickets.some((ticket) => ticket?.account !== keyOf(account) || ticket.sha256 === null)) {
    return { error: 'file_not_found' };
  }
  const place = placeOf(call);
  if (place !== undefined && 'error' in place) return place;
  const owner = account.config.botUserId;
  const origin = account.config.origin ?? side.world.origin();
  const files = tickets.flatMap((ticket, index) => {
    const title = textOf(asked[index]?.['title']) ?? ticket?.name ?? '';
    const file = ticket && side.files.finish(ticket, { title, owner, origin });
    return file ? [file] : [];
  });
  if (place !== undefined) share(call, place, files);
  return { ok: { files: files.map(({ shown }) => shown) } };
}

/** Where the files are shown; only the id of a conversation will do. Undefined: nowhere, they stay private. */
function placeOf(call: Call): Conversation | { error: string } | undefined {
  const channel = argument(call.args, 'channel_id') ?? argument(call.args, 'channels')?.split(',')[0];
  if (channel === undefined) return undefined;
  const place = call.account.conversations.get(channel);
  if (!place) return { error: 'channel_not_found' };
  const refused = refusedIn(place);
  if (refused !== undefined) return { error: refused };
  const threadTs = argument(call.args, 'thread_ts');
  return threadTs !== undefined && !findMessage(place, threadTs) ? { error: 'thread_not_found' } : place;
}

function share({ side, account, args }: Call, place: Conversation, files: StoredFile[]): void {
  const message = addMessage({ account, clock: side.world.clock }, place, {
    user: account.config.botUserId,
    byApp: true,
    text: argument(args, 'initial_comment') ?? '',
    threadTs: argument(args, 'thread_ts') ?? null,
    files,
    raw: withoutToken(args),
  });
  echoMessage(side.world, account, place, message);
}

export function fileInfo({ side, account, args }: Call): Outcome {
  const file = side.files.get(argument(args, 'file') ?? '');
  return file?.account === keyOf(account) ? { ok: { file: file.shown } } : { error: 'file_not_found' };
}

/** `conversations.open` with one person. */
export function openConversation(call: Call): Outcome {
  const users = argument(call.args, 'users');
  if (users === undefined) return { error: 'users_list_not_supplied' };
  const place = conversationFor(call, users);
  if ('error' in place) return place.error === 'channel_not_found' ? { error: 'user_not_found' } : place;
  return { ok: { channel: { id: place.id } } };
}
