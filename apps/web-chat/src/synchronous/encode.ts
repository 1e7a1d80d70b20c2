import type { Failure, Part } from '@skein/contracts';

/** What a caller can be shown: the message types of the interface are text and files. */
export type AnswerPart = Extract<Part, { type: 'text' | 'media' }>;

/** The part as a caller reads it, or why it cannot be read. */
export function encode(part: Part): { part: AnswerPart } | { failure: Failure } {
  if (part.type === 'text' || part.type === 'media') return { part };
  const detail = `An API channel has no ${part.type}.`;
  return { failure: { kind: 'rejected', reason: 'provider_rejected', detail } };
}
