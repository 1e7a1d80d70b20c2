import { listOf, objectOf, parsed, textOf } from '@skein/contracts';
import type {
  ChannelAccount,
  OutboundCall,
  ProviderAnswer,
  ProviderReceipt,
  SendIo,
} from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { DiscordConfig } from './config.js';
import { encode } from './encode.js';
import type { Encoded } from './encode.js';
import { failureOf } from './failures.js';
import { filenameOf, formOf } from './form.js';
import { restRequest } from './rest.js';

type Outcome = Promise<ProviderReceipt | Failure>;
type Account = ChannelAccount<DiscordConfig>;

/** Bytes of a file; see the capabilities. */
const MAX_BYTES = 10 * 1024 * 1024;

/** One message, reaction or edit. Whatever is repeated of them has the effect of one. */
export function send(call: OutboundCall, account: Account, io: SendIo): Outcome {
  const encoded = encode(call, (source) => io.publicUrl(source));
  if ('failure' in encoded) return Promise.resolve(encoded.failure);
  switch (encoded.type) {
    case 'message':
      return create(encoded, account, io);
    case 'edit':
      return edit(encoded, account, io);
    case 'reaction':
      return encoded.emoji === '' ? takeBack(encoded, account, io) : react(encoded, account, io);
  }
}

type Of<Type extends Encoded['type']> = Extract<Encoded, { type: Type }>;

async function create({ channel, payload, file }: Of<'message'>, { config }: Account, io: SendIo): Outcome {
  let body: object = payload;
  if (file) {
    const bytes = await io.bytes(file.source, MAX_BYTES);
    if ('kind' in bytes) return bytes;
    body = formOf(payload, { ...bytes, filename: filenameOf(file.filename, bytes) });
  }
  const answer = await restRequest(
    config,
    { method: 'POST', path: `/channels/${channel}/messages`, body },
    io,
  );
  if ('kind' in answer) return answer;
  if (answer.status >= 300) return failureOf(answer);
  const message = objectOf(parsed(answer.body));
  if (message === undefined) {
    return { kind: 'indeterminate', detail: `Discord answered ${answer.status} with an unreadable body.` };
  }
  return { kind: 'receipt', providerId: textOf(message['id']) ?? null };
}

async function edit(
  { channel, message, payload: body }: Of<'edit'>,
  { config }: Account,
  io: SendIo,
): Outcome {
  const path = `/channels/${channel}/messages/${message}`;
  return done(await restRequest(config, { method: 'PATCH', path, body }, io));
}

async function react({ channel, message, emoji }: Of<'reaction'>, { config }: Account, io: SendIo): Outcome {
  const path = `/channels/${channel}/messages/${message}/reactions/${encodeURIComponent(emoji)}/@me`;
  return done(await restRequest(config, { method: 'PUT', path }, io));
}

/** The API wants to be told which reaction goes; the message knows which are ours. */
async function takeBack({ channel, message }: Of<'reaction'>, { config }: Account, io: SendIo): Outcome {
  const path = `/channels/${channel}/messages/${message}`;
  const found = await restRequest(config, { method: 'GET', path }, io);
  if ('kind' in found) return found;
  if (found.status >= 300) return failureOf(found);
  for (const emoji of ownReactions(found)) {
    const gone = done(
      await restRequest(
        config,
        { method: 'DELETE', path: `${path}/reactions/${encodeURIComponent(emoji)}/@me` },
        io,
      ),
    );
    if (gone.kind !== 'receipt') return gone;
  }
  return { kind: 'receipt', providerId: null };
}

function ownReactions({ body }: ProviderAnswer): string[] {
  return listOf(objectOf(parsed(body))?.['reactions']).flatMap((each) => {
    const reaction = objectOf(each);
    const emoji = objectOf(reaction?.['emoji']);
    const [name, id] = [textOf(emoji?.['name']), textOf(emoji?.['id'])];
    return reaction?.['me'] === true && name !== undefined ? [id === undefined ? name : `${name}:${id}`] : [];
  });
}

/** Neither an edit nor a reaction makes something with an id of its own. */
function done(answer: ProviderAnswer | Failure): ProviderReceipt | Failure {
  if ('kind' in answer) return answer;
  return answer.status >= 300 ? failureOf(answer) : { kind: 'receipt', providerId: null };
}
