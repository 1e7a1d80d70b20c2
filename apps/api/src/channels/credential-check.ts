import { Injectable } from '@nestjs/common';
import type { CheckAnswer } from '@skein/channel-kit';
import { refuse, subjects, type ChannelKind } from '@skein/contracts';
import { isMissing, NatsLink } from '@skein/messaging';
import { refuseFields } from '../http/query.js';

/** The check is local to the channel service: no provider is asked. */
const ANSWER_MS = 3000;

/** Has credentials checked by the service of their kind, which alone knows what they must look like. */
@Injectable()
export class CredentialCheck {
  constructor(private readonly link: NatsLink) {}

  /**
   * @returns the provider's id of the account they belong to.
   * @throws a refusal: `invalid_request` with the wrong fields, `unavailable` when no service of the kind runs.
   */
  async accountOf(kind: ChannelKind, credentials: object): Promise<string> {
    const answer = await this.ask(kind, credentials);
    return 'errors' in answer ? refuseFields(answer.errors) : answer.account;
  }

  private async ask(kind: ChannelKind, credentials: object): Promise<CheckAnswer> {
    try {
      const asked = JSON.stringify(credentials);
      const message = await this.link.nats.request(subjects.check(kind), asked, { timeout: ANSWER_MS });
      return message.json<CheckAnswer>();
    } catch (error) {
      const why = isMissing(error) ? `No ${kind} service is running` : 'The channel service did not answer';
      return refuse('unavailable', `${why}: credentials cannot be checked.`);
    }
  }
}
