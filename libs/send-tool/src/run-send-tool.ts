import { refusalOf, SEND_LIMITS } from '@skein/contracts';
import type { ListedTarget, SendToolArguments } from './call.js';
import type { SendGateway } from './gateway.js';
import { splitMedia } from './media-tokens.js';
import { readFiles } from './read-files.js';
import { NO_GATEWAY, NOT_KNOWN, sentenceOf } from './sentences.js';

/**
 * Does what the send tool is asked (FEATURES T1 to T5). Never throws: whatever happens is told in a sentence, or for `list` in the
 * targets there are.
 *
 * @param given what the model called it with, which may be anything.
 * @param gateway that of the running turn; undefined outside one.
 */
export async function callSendTool(
  given: unknown,
  gateway: SendGateway | undefined,
): Promise<string | ListedTarget[]> {
  const { target, message, action } = argumentsIn(given);
  try {
    if (gateway === undefined || !(await gateway.isOpen())) return NO_GATEWAY;
    if (action === 'list') return await gateway.list();
    if (action !== 'send') return notDelivered(target, 'action must be "send" or "list"');
    return await send(gateway, target, message);
  } catch (error) {
    if (refusalOf(error)?.outcomeUnknown) return sentenceOf(target, { is: 'held', reason: NOT_KNOWN });
    return notDelivered(target, reasonOf(error));
  }
}

/** {@link callSendTool} for a model: the targets come as JSON. */
export async function runSendTool(given: unknown, gateway: SendGateway | undefined): Promise<string> {
  const result = await callSendTool(given, gateway);
  return typeof result === 'string' ? result : JSON.stringify(result);
}

async function send(gateway: SendGateway, target: string, message: string): Promise<string> {
  const most = SEND_LIMITS.textBytes;
  if (Buffer.byteLength(message) > most)
    return notDelivered(target, `the message has more than ${most} bytes`);
  const { text, paths } = splitMedia(message);
  if (text === '' && paths.length === 0) return notDelivered(target, 'the message is empty');
  const read = await readFiles(paths, gateway.folders);
  if ('refused' in read) return notDelivered(target, read.refused);
  return sentenceOf(target, await gateway.send(target, text, read.files));
}

function notDelivered(target: string, reason: string): string {
  return sentenceOf(target, { is: 'not_delivered', reason });
}

function argumentsIn(given: unknown): Required<Record<keyof SendToolArguments, string>> {
  const { target, message, action } = (given ?? {}) as Record<string, unknown>;
  return { target: textOr(target, 'origin'), message: textOr(message, ''), action: textOr(action, 'send') };
}

/** Models leave arguments out in several ways: not at all, null, an empty text. */
function textOr(value: unknown, standard: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value : standard;
}

/** What a refusal says; of anything else only that it happened. */
function reasonOf(error: unknown): string {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  return name === 'RefusalError' && typeof message === 'string'
    ? message
    : 'something went wrong on our side';
}
