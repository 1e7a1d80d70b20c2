import type { Outcome } from '@skein/contracts';
import type { FastifyReply } from 'fastify';
import type { SendAnswer } from './sender.js';

/** Tells what a send has become: 200 when that is decided, else 202. */
export function answerWith(reply: FastifyReply, { outcome, decided, waited }: SendAnswer): Outcome {
  void reply.status(decided ? 200 : 202).header('location', `/v1/messages/${outcome.messageId}`);
  if (waited !== undefined) void reply.header('preference-applied', `wait=${waited}`);
  return outcome;
}
