import { subjects, type TurnRequest } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import type { AgentBackend, Answer, Later, TurnContext } from './backend.js';
import { BackendError } from './backend-error.js';
import { fit } from './fit.js';
import { answerOf } from './read-answer.js';
import { requestOf, type Deployment } from './turn-request.js';

/** Seconds that one try may take unless the configuration says so. */
const TIMEOUT_S = 30;

/** What went wrong with a request, in the words of the timeline. */
const REASONS: Record<string, string> = {
  NatsAwayError: 'NATS is away.',
  TimeoutError: 'The agent did not answer in time.',
  SyntaxError: 'The agent answered with something that is no JSON.',
};

/** Asks the service that listens on the agent's own subject; one of a queue group gets the turn. */
export class NatsBackend implements AgentBackend {
  constructor(
    private readonly deployment: Deployment,
    private readonly link: Pick<NatsLink, 'request' | 'nats'>,
  ) {}

  async answer(turn: TurnContext): Promise<Answer | Later> {
    const { timeoutSeconds = TIMEOUT_S } = turn.backend as { timeoutSeconds?: number };
    const subject = subjects.agent(turn.workspaceId, turn.agentId);
    const request = requestOf(turn, this.deployment);
    return answerOf(await this.ask(subject, request, timeoutSeconds * 1000));
  }

  private async ask(subject: string, request: TurnRequest, timeoutMs: number): Promise<unknown> {
    try {
      const fitting = fit(request, this.link.nats.info?.max_payload ?? Infinity);
      return await this.link.request(subject, fitting, timeoutMs);
    } catch (error) {
      const { name = '', message = '' } = error as Partial<Error>;
      if (name === 'BackendError') throw error;
      if (name === 'NoResponderError') throw new BackendError(`Nobody answers turns on ${subject}.`);
      throw new BackendError(REASONS[name] ?? `The agent could not be asked: ${message}`);
    }
  }
}
