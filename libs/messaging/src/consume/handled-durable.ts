import { SUBJECTS, type SubjectName } from '@skein/contracts';
import type { DurableSpec } from '../streams/durables.js';

/** A durable that a service reads, and the subject in the contract that its handler is declared for. */
export interface HandledDurable extends DurableSpec {
  name: SubjectName;
  /** Batches handled at once. Default 1. */
  concurrency?: number;
}

/** The controllers of a service and its durables do not fit together: a mistake in code, found at boot. */
export class HandlerTableError extends Error {
  override readonly name = 'HandlerTableError';
}

/**
 * The durable of a subject as the table of subjects names it. `values` fill tokens of the pattern, so that
 * `durableOf('deliver', { kind: 'email' })` reads only that kind; tokens not given stand for all.
 *
 * @throws HandlerTableError when no durable reads the subject.
 */
export function durableOf(
  name: SubjectName,
  values: Record<string, string> = {},
  options: Pick<HandledDurable, 'concurrency' | 'ackWaitMs' | 'maxAckPending'> = {},
): HandledDurable {
  const row: { pattern: string; stream?: DurableSpec['stream']; durable?: string } = SUBJECTS[name];
  if (!row.stream || !row.durable) throw new HandlerTableError(`no durable reads "${name}"`);
  const fill = (text: string) => text.replace(/<(\w+)>/g, (_, token: string) => values[token] ?? '*');
  const durable = fill(row.durable);
  if (durable.includes('*')) throw new HandlerTableError(`"${name}" needs values for ${row.durable}`);
  return { name, durable, stream: row.stream, filters: [fill(row.pattern)], ...options };
}

/** True when a word is a name in the table of subjects. */
export function isSubjectName(word: string): word is SubjectName {
  return Object.hasOwn(SUBJECTS, word);
}

/**
 * Checks that every handler has a durable and every durable a handler.
 *
 * @throws HandlerTableError naming those that do not.
 */
export function checkHandlers(handlers: readonly string[], durables: readonly HandledDurable[]): void {
  const homeless = handlers.filter((name) => !durables.some((durable) => durable.name === name));
  if (homeless.length > 0)
    throw new HandlerTableError(`no durable delivers to the handler of: ${homeless.join(', ')}`);
  const idle = durables.filter(({ name }) => !handlers.includes(name)).map(({ durable }) => durable);
  if (idle.length > 0)
    throw new HandlerTableError(`no handler takes what these durables deliver: ${idle.join(', ')}`);
}
