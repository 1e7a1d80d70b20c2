import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { refuse, type Outcome, type TurnClaim } from '@skein/contracts';
import { Db, findRunningTry } from '@skein/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JsonBody, type JsonInput } from '../http/raw-body.js';
import { SEND_HEADERS } from '../openapi/send-schemas.js';
import { ACTION_BODY, ANSWER_BODY } from '../openapi/turn-schemas.js';
import { idempotencyKeyOf, waitOf } from '../send/send-headers.js';
import { answerWith } from '../send/answer-with.js';
import { TurnActions } from './turn-actions.js';
import { LateAnswers, type AnsweredTurn } from './late-answers.js';
import { Turn, TurnGuard } from './turn.guard.js';

/** What a token stands for. */
type CurrentTurn = Omit<TurnClaim, 'workspaceId' | 'fence'>;

@ApiTags('turns')
@ApiHeader({
  name: 'Skein-Turn',
  required: true,
  description: 'The turnToken of the turn; no key is needed.',
})
@UseGuards(TurnGuard)
@Controller('v1/turns')
export class TurnsController {
  constructor(
    private readonly answers: LateAnswers,
    private readonly actions: TurnActions,
    private readonly db: Db,
  ) {}

  @Get('current')
  @ApiOperation({ summary: 'The turn of the token, while it has not ended; 403 after that' })
  async current(@Turn() turn: TurnClaim): Promise<CurrentTurn> {
    if ((await findRunningTry(this.db, turn.workspaceId, turn)) === undefined)
      return refuse('forbidden', 'The turn is over.');
    const { turnId, agentId, channelId, conversationId } = turn;
    return { turnId, agentId, channelId, conversationId };
  }

  @Post('answer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answers a turn that its agent promised to answer later, and ends it' })
  @ApiBody({ schema: ANSWER_BODY })
  answer(@Turn() turn: TurnClaim, @JsonBody() json: JsonInput): Promise<AnsweredTurn> {
    return this.answers.answer(turn, json.value);
  }

  @Post('actions/:name')
  @HttpCode(202)
  @ApiOperation({ summary: "Runs one of the channel's send actions for a turn that has not ended" })
  @SEND_HEADERS
  @ApiBody({ schema: ACTION_BODY })
  async act(
    @Turn() turn: TurnClaim,
    @Param('name') name: string,
    @JsonBody() json: JsonInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcome> {
    const call = { name, input: json.value, key: idempotencyKeyOf(request), wait: waitOf(request) };
    return answerWith(reply, await this.actions.run(turn, call));
  }
}
