import { objectOf, parsed } from '@skein/contracts';
import { Multipart, providerRequest } from '@skein/channel-kit';
import type { MediaBytes, ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject } from '@skein/contracts';
import type { TelegramConfig } from './config.js';
import type { AttachedFile, BotCall } from './encode.js';
import { botErrorOf, failureOf } from './failures.js';
import type { BotError } from './failures.js';

/** What a method answered: its result, a refusal in the platform's words, or a fault on the way. */
export type BotAnswer = { result: unknown } | { failure: Failure; error?: BotError };

type Calling = Pick<SendIo, 'signal' | 'http'>;

/** `POST /bot<token>/<method>`. The address holds the token: it is never part of an error. */
export async function callBot(
  { baseUrl, token }: TelegramConfig,
  method: string,
  fields: JsonObject,
  { signal, http }: Calling,
): Promise<BotAnswer> {
  const url = `${baseUrl}/bot${token}/${method}`;
  return read(await providerRequest({ method: 'POST', url, body: fields, signal, http }));
}

/** The same with the call's file: as its address, or as bytes. */
export async function callBotWithFile(
  config: TelegramConfig,
  { method, fields }: BotCall,
  file: AttachedFile,
  io: SendIo,
): Promise<BotAnswer> {
  const { field, source, maxBytes } = file;
  if (!file.upload && 'url' in source) return callBot(config, method, { ...fields, [field]: source.url }, io);
  const bytes = await io.bytes(source, maxBytes);
  if ('kind' in bytes) return { failure: bytes };
  const filename = file.filename ?? bytes.filename ?? nameFor(field, bytes);
  const body = new Multipart(Object.entries(fields).map(textField), field, { ...bytes, filename });
  const { signal, http } = io;
  const url = `${config.baseUrl}/bot${config.token}/${method}`;
  return read(await providerRequest({ method: 'POST', url, body, signal, http }));
}

/** Fields that are no text are written as JSON, which the Bot API reads. */
function textField([name, value]: [string, unknown]): { name: string; text: string } {
  return { name, text: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** The platform judges some files by the ending of their name. */
function nameFor(field: string, { mimeType }: MediaBytes): string {
  const ending = mimeType.split('/')[1]?.replace(/[^a-z0-9]/gi, '') ?? 'bin';
  return `${field}.${ending === 'jpeg' ? 'jpg' : ending === 'mpeg' ? 'mp3' : ending}`;
}

function read(answer: ProviderAnswer | Failure): BotAnswer {
  if ('kind' in answer) return { failure: answer };
  const { status, body, retryAfterMs } = answer;
  const said = objectOf(parsed(body));
  if (said?.['ok'] === true) return { result: said['result'] };
  if (said === undefined && status < 300) {
    return {
      failure: { kind: 'indeterminate', detail: `The platform answered ${status} with an unreadable body.` },
    };
  }
  const error = botErrorOf(said, status, retryAfterMs);
  return { failure: failureOf(error), error };
}
