import { Injectable } from '@nestjs/common';
import { readTurnAnswer, refuse, subjects, type TurnClaim } from '@skein/contracts';
import { Publisher } from '@skein/messaging';
import { Db, findRunningTry } from '@skein/persistence';
import { TurnEnds } from '@skein/sending';
import { refuseFields } from '../http/query.js';

/** What an answer has become. */
export interface AnsweredTurn {
  turnId: string;
  conversationId: string;
  /** Ids of the messages, in order. */
  messageIds: string[];
}

const OVER = 'The turn is over: it was answered, its time has passed, or it is being tried again.';

/** Takes the answers that agents give later. */
@Injectable()
export class LateAnswers {
  constructor(
    private readonly db: Db,
    private readonly ends: TurnEnds,
    private readonly publisher: Publisher,
  ) {}

  /** Closes the turn with an answer, under its fence. @throws refusals: of the answer, and `forbidden` when the try is over */
  async answer(claim: TurnClaim, body: unknown): Promise<AnsweredTurn> {
    const read = readTurnAnswer(body);
    if ('errors' in read) return refuseFields(read.errors);
    const { workspaceId, turnId, conversationId } = claim;
    const turn = await findRunningTry(this.db, workspaceId, claim);
    if (turn === undefined) return refuse('forbidden', OVER);
    const result = { contents: read.ok, usage: read.usage, instructions: turn.told };
    const messageIds = await this.ends.finish(turn, turn.kind, result);
    if (messageIds === undefined) return refuse('forbidden', OVER);
    // What the person wrote meanwhile has waited for this.
    void this.publisher.ring(subjects.turns(workspaceId), { threads: [conversationId] });
    return { turnId, conversationId, messageIds };
  }
}
