import { listOf, objectOf, plain, textOf, unsupported } from '@skein/contracts';
import type { InboundContent, InboundEvent, JsonObject } from '@skein/contracts';
import { authorOf, senderOf, speakerOf } from './inbound-base.js';
import { placeOf } from './inbound-message.js';
import { madeAt, snowflakeOf } from './snowflake.js';

/** Interaction types (receiving and responding, interaction type). */
export const INTERACTION = { ping: 1, command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

type Reader = (interaction: JsonObject) => InboundContent | undefined;

const READERS: Record<number, Reader> = { [INTERACTION.command]: command, [INTERACTION.component]: press };

/** What a person did with a button, a menu or a command. A greeting and a look at suggestions are no events. */
export function readInteraction(interaction: JsonObject): InboundEvent[] {
  const type = interaction['type'];
  if (type === INTERACTION.ping || type === INTERACTION.autocomplete) return [];
  const id = snowflakeOf(interaction['id']);
  const place = placeOf(interaction, { roomName: () => undefined });
  // In a server the person is inside `member`, elsewhere `user`.
  const author = authorOf(interaction['user'], interaction['member']);
  const content = typeof type === 'number' ? READERS[type]?.(interaction) : undefined;
  if (id === undefined || place === undefined || author === undefined || content === undefined)
    return [unsupported('an interaction', withoutToken(interaction), place?.address)];
  const replyTo = snowflakeOf(objectOf(interaction['message'])?.['id']);
  return [
    {
      type: 'message',
      eventId: id,
      at: madeAt(id),
      ...senderOf(place, author),
      providerMessageId: id,
      content: { ...content, ...speakerOf(place, author) },
      ...(replyTo === undefined ? {} : { replyTo: [replyTo] }),
    },
  ];
}

/** A pressed button has the id that was sent with it; in a menu the ids are the values of its options. */
function press(interaction: JsonObject): InboundContent | undefined {
  const data = objectOf(interaction['data']);
  const chosen = textOf(listOf(data?.['values'])[0]);
  const id = chosen ?? textOf(data?.['custom_id']);
  if (id === undefined) return undefined;
  const offered = listOf(objectOf(interaction['message'])?.['components'])
    .flatMap((row) => listOf(objectOf(row)?.['components']))
    .map(objectOf);
  const label = chosen === undefined ? labelOfButton(offered, id) : labelOfOption(offered, id);
  return {
    ...(label === undefined ? {} : { text: label }),
    action: { id, ...(label === undefined ? {} : { label }) },
  };
}

type Offered = readonly (JsonObject | undefined)[];

function labelOfButton(offered: Offered, id: string): string | undefined {
  return textOf(offered.find((each) => each?.['custom_id'] === id)?.['label']);
}

function labelOfOption(offered: Offered, value: string): string | undefined {
  const options = offered.flatMap((each) => listOf(each?.['options'])).map(objectOf);
  return textOf(options.find((each) => each?.['value'] === value)?.['label']);
}

/** `/order item:tea`, as it was typed. */
function command(interaction: JsonObject): InboundContent | undefined {
  const data = objectOf(interaction['data']);
  const name = textOf(data?.['name']);
  if (data === undefined || name === undefined) return undefined;
  const words = [`/${name}`, ...wordsOf(data['options'], 0)];
  return {
    text: words.join(' '),
    data: { command: { name, options: plain(listOf(data['options'])) } },
  };
}

/** Groups and their commands have options of their own, at most two deep. */
function wordsOf(options: unknown, depth: number): string[] {
  if (depth > 2) return [];
  return listOf(options).flatMap((each) => {
    const option = objectOf(each);
    const name = textOf(option?.['name']);
    if (option === undefined || name === undefined) return [];
    const { value } = option;
    const isValue = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isValue
      ? [`${name}:${textOf(String(value)) ?? ''}`]
      : [name, ...wordsOf(option['options'], depth + 1)];
  });
}

/** For a quarter of an hour the token answers in the application's name: it is not kept. */
function withoutToken({ token: _token, ...rest }: JsonObject): JsonObject {
  return rest;
}
