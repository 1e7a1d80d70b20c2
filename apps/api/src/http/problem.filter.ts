import { Catch, Inject, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { LOGGER, type Logger } from '@skein/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { INTERNAL, problemOf, refusalIn, type Problem } from './problem.js';

/** The interface of these addresses says in every answer whether it succeeded. */
const SYNCHRONOUS = '/api/v1/';

/** Turns everything thrown into `application/problem+json`. What nobody foresaw is logged and told as 500 without its inside. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalIn(error);
    if (refusal === undefined) this.log(error, host);
    if (refusal?.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(refusal.retryAfterSeconds));
    if (refusal?.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
    const problem = refusal === undefined ? INTERNAL : problemOf(refusal);
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    sendProblem(reply, url.startsWith(SYNCHRONOUS) ? { ...problem, success: false } : problem);
  }

  private log(error: unknown, host: ArgumentsHost): void {
    const { method, routeOptions } = host.switchToHttp().getRequest<FastifyRequest>();
    this.logger.error({ err: error, method, route: routeOptions?.url }, 'a request failed');
  }
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}
