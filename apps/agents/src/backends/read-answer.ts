import { readLater, readTurnAnswer, type FieldError } from '@skein/contracts';
import type { Answer, Later } from './backend.js';

/** Reads JSON that an agent wrote. Nothing is undefined. @throws a plain sentence */
export function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('The agent answered with something that is no JSON.');
  }
}

/** Reads an answer, or the promise of one. @throws a plain sentence that names the wrong field */
export function answerOf(value: unknown): Answer | Later {
  const later = readLater(value);
  if (later === undefined) return saidIn(value);
  return 'seconds' in later ? { laterSeconds: later.seconds } : wrong(later.errors);
}

/** Reads an answer that is given now. @throws as {@link answerOf} */
export function saidIn(value: unknown): Answer {
  const read = readTurnAnswer(value);
  if ('errors' in read) return wrong(read.errors);
  const { ok, usage } = read;
  return { replies: ok.map((content) => ({ content })), ...(usage === undefined ? {} : { usage }) };
}

function wrong([first]: FieldError[]): never {
  throw new Error(`The answer of the agent is not valid: ${first?.field} ${first?.reason}.`);
}
