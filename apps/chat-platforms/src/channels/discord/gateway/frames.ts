import { objectOf, textOf } from '@skein/contracts';

/** Opcodes that are used (docs.discord.com, opcodes and status codes, 21 November 2026). */
export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** One payload of the Gateway. */
export interface Frame {
  op: number;
  d: unknown;
  /** Sequence number and name of a dispatch. */
  s?: number;
  t?: string;
}

/** Reads a text frame; undefined for what is no payload. */
export function frameOf(text: string): Frame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const frame = objectOf(value);
  const { op, d, s, t } = frame ?? {};
  if (typeof op !== 'number') return undefined;
  const name = textOf(t);
  return {
    op,
    d,
    ...(typeof s === 'number' ? { s } : {}),
    ...(name === undefined ? {} : { t: name }),
  };
}

/** GUILDS, GUILD_MESSAGES, GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGES, DIRECT_MESSAGE_REACTIONS and the privileged MESSAGE_CONTENT. */
const INTENTS = [0, 9, 10, 12, 13, 15].reduce((bits, bit) => bits + 2 ** bit, 0);

export function identifyOf(token: string): Frame {
  const properties = { os: 'linux', browser: 'skein', device: 'skein' };
  return { op: OP.identify, d: { token, intents: INTENTS, properties } };
}

export function resumeOf(token: string, session: { id: string; sequence: number }): Frame {
  return { op: OP.resume, d: { token, session_id: session.id, seq: session.sequence } };
}

export function heartbeatOf(sequence: number | null): Frame {
  return { op: OP.heartbeat, d: sequence };
}
