import type { BotCall } from './encode.js';
import type { BotError } from './failures.js';
import { plainText } from './plain-text.js';

/** A refusal that the same message can be spared by being sent another way. The platform has done nothing so far. */
export interface Repair {
  /** For the timeline. */
  name: string;
  /** The call as it should be repeated; undefined when this is not what was wrong. */
  mend: (call: BotCall, error: BotError) => BotCall | undefined;
  /** The chat has another id from now on. */
  moves?: true;
}

/** Each is tried once. */
export const REPAIRS: readonly Repair[] = [
  { name: 'sent as plain text', mend: withoutMarks },
  { name: 'sent to the supergroup that the group became', mend: toSupergroup, moves: true },
  { name: 'sent as bytes, for the platform could not fetch the address', mend: asBytes },
];

function withoutMarks(call: BotCall, { description }: BotError): BotCall | undefined {
  const { parse_mode: marks, ...fields } = call.fields;
  if (marks === undefined || !/can't parse entities/i.test(description)) return undefined;
  const texts = ['text', 'caption'].filter((name) => typeof fields[name] === 'string');
  const plain = Object.fromEntries(texts.map((name) => [name, plainText(String(fields[name]))]));
  return { ...call, fields: { ...fields, ...plain } };
}

/** A supergroup starts without topics. */
function toSupergroup(call: BotCall, { migratedTo }: BotError): BotCall | undefined {
  if (migratedTo === undefined) return undefined;
  const fields: BotCall['fields'] = { ...call.fields, chat_id: migratedTo };
  delete fields['message_thread_id'];
  return { ...call, fields };
}

const UNFETCHED = /failed to get HTTP URL|wrong file identifier|wrong type of the web page|WEBPAGE_/i;

function asBytes(call: BotCall, { description }: BotError): BotCall | undefined {
  const { file } = call;
  if (file === undefined || file.upload || !('url' in file.source)) return undefined;
  return UNFETCHED.test(description) ? { ...call, file: { ...file, upload: true } } : undefined;
}
