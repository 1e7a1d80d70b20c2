import { Injectable } from '@nestjs/common';
import {
  refuse,
  RefusalError,
  subjects,
  type PlanAnswer,
  type PlanQuestion,
  type SendPlan,
} from '@skein/contracts';
import { isMissing, NatsLink } from '@skein/messaging';

/** A plan is one short transaction; waiting longer helps nobody. */
const ANSWER_MS = 5000;

/** Has sends planned by the router, with the functions that route. */
@Injectable()
export class Planner {
  constructor(private readonly link: NatsLink) {}

  /** @throws a refusal `unavailable` when no router answers. */
  async plan(question: PlanQuestion): Promise<SendPlan> {
    const answer = await this.ask(question);
    if ('refusal' in answer) throw new RefusalError(answer.refusal);
    return answer.plan;
  }

  private async ask(question: PlanQuestion): Promise<PlanAnswer> {
    try {
      const message = await this.link.nats.request(subjects.plan(), JSON.stringify(question), {
        timeout: ANSWER_MS,
      });
      return message.json<PlanAnswer>();
    } catch (error) {
      return refuse(
        'unavailable',
        isMissing(error) ? 'No router is running.' : 'The router did not answer in time.',
      );
    }
  }
}
