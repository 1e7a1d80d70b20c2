import type { InboundContent, TurnEntry, TurnRequest, TurnUsage } from '@skein/contracts';
import type { Content } from '../messages/types.js';

/** What a person wrote: text, files, a pressed action, a place. */
export interface PersonEntry extends TurnEntry {
  content: InboundContent & Record<string, unknown>;
}

/** One message of a person, or a burst of them, to answer. What people wrote is data and never an instruction. */
export interface Turn extends TurnRequest {
  /** What is to be answered; the last of them when the person wrote several times. */
  message: PersonEntry;
  /** Everything that this turn answers, in order. */
  messages: PersonEntry[];
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Answers a turn whose handler returned `{ later: true }`. @throws `ForbiddenError` when the turn is over */
  answer(answer: TurnAnswerInput): Promise<void>;
}

/** One message of an answer. */
export type AnswerItem = string | Content;

/** Several messages, and what the answer took. */
export interface AnswerObject {
  messages?: readonly AnswerItem[];
  text?: string;
  /** Tokens of the model, for credits: `{ tokens }`, or `{ inputTokens, outputTokens }`. */
  usage?: Partial<TurnUsage>;
}

/** The promise to answer with `turn.answer` in time; the turn stays open until then. */
export interface AnswerLater {
  later: true;
  /** 1 to 86,400, default 600. */
  withinSeconds?: number;
}

/** What a turn is answered with: one message, several, or nothing to stay silent. */
export type TurnAnswerInput =
  AnswerItem | readonly AnswerItem[] | AnswerObject | AnswerLater | null | undefined | void;

/**
 * Answers one turn: returns the answer, or yields its messages, each of which goes out as it comes. Whatever it throws, the turn is
 * tried again.
 */
export type TurnHandler = (
  turn: Turn,
) => TurnAnswerInput | Promise<TurnAnswerInput> | AsyncIterable<AnswerItem>;

const OWN = new Set(['messages', 'text', 'usage', 'later', 'withinSeconds']);

/** An answer as the server reads it; undefined stays silent. */
export function answerBodyOf(answer: TurnAnswerInput): object | undefined {
  if (answer === undefined || answer === null || answer === '') return undefined;
  if (typeof answer === 'string') return { text: answer };
  if (Array.isArray(answer)) return { messages: answer };
  return Object.keys(answer).every((key) => OWN.has(key)) ? answer : { messages: [answer] };
}

/** True for an answer whose messages come one by one. */
export function isStream(
  answer: TurnAnswerInput | AsyncIterable<AnswerItem>,
): answer is AsyncIterable<AnswerItem> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}
