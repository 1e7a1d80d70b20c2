import type { TurnRequest } from '@skein/contracts';
import { inTurn, type BoundTurn } from '../context.js';
import type { Requester } from '../http/requester.js';
import {
  answerBodyOf,
  isStream,
  type AnswerItem,
  type Turn,
  type TurnHandler,
  type TurnAnswerInput,
} from './turn.js';

/** What a turn is answered with: the body of the answer (undefined for silence), or its messages one by one. */
export type TurnReply = { body: object | undefined } | { messages: AsyncIterable<AnswerItem> };

/** Runs one turn. */
export type TurnRunner = (request: TurnRequest, signal: AbortSignal) => Promise<TurnReply>;

/** Told what a handler threw; the turn is tried again by Skein. */
export type OnError = (error: unknown, turn: Turn) => void;

/** Runs turns with a handler; everything that it sends meanwhile is sent in the name of its turn. */
export function turnRunnerOf(handler: TurnHandler, requester: Requester, onError: OnError): TurnRunner {
  return async (request, signal) => {
    const bound = { request, isOver: false };
    const turn = { ...request, signal, answer: laterAnswerOf(bound, requester) } as Turn;
    const told = (error: unknown): never => {
      bound.isOver = true;
      onError(error, turn);
      throw error;
    };
    const answer = await inTurn(bound, async () => handler(turn)).catch(told);
    if (isStream(answer)) return { messages: streamed(answer, bound, told) };
    const body = answerBodyOf(answer);
    bound.isOver = body === undefined || !('later' in body);
    return { body };
  };
}

/** Every step of a stream belongs to the turn, whoever asks for it. */
async function* streamed(
  answer: AsyncIterable<AnswerItem>,
  bound: BoundTurn,
  told: (error: unknown) => never,
): AsyncGenerator<AnswerItem> {
  const items = answer[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await inTurn(bound, () => items.next()).catch(told);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    bound.isOver = true;
    await inTurn(bound, async () => items.return?.());
  }
}

function laterAnswerOf(bound: BoundTurn, requester: Requester): Turn['answer'] {
  return async (answer: TurnAnswerInput) => {
    await requester.request({
      method: 'POST',
      path: '/v1/turns/answer',
      body: answerBodyOf(answer) ?? {},
      turnToken: bound.request.turnToken,
    });
    bound.isOver = true;
  };
}

/** True for a turn of this agent. */
export function isTurnOf(value: unknown, agent: string): value is TurnRequest {
  const turn = value as Partial<TurnRequest> | null | undefined;
  return turn?.type === 'turn' && turn.agentId === agent && typeof turn.turnId === 'string';
}
