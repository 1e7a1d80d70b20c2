import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN, subjects, type ChannelKind, type MessageContent, type TurnUsage } from '@skein/contracts';
import { NatsLink, Publisher } from '@skein/messaging';
import {
  Db,
  failTurn,
  finishTurn,
  tellOutbox,
  withoutRepeats,
  type AcceptItem,
  type ClaimedTurn,
  type Closed,
  type OutboxRow,
} from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { placeOf, replyItemsOf } from './turn-items.js';

/** What a turn ends with. */
export interface TurnResult {
  contents: MessageContent[];
  usage?: TurnUsage | undefined;
  /** Ids of the instructions that the agent was given. */
  instructions: string[];
}

/** Ends turns under their fence: replies are accepted and the turn is closed, both or neither; then the world is told. */
@Injectable()
export class TurnEnds {
  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
    private readonly link: NatsLink,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns the ids of the replies; undefined when the try no longer has the turn, and nothing was written. */
  async finish(turn: ClaimedTurn, kind: ChannelKind, result: TurnResult): Promise<string[] | undefined> {
    const { contents, usage, instructions } = result;
    const replies = await withoutRepeats(this.db, turn, replyItemsOf(placeOf(turn, kind), contents));
    return this.tell(turn, replies, await finishTurn(this.db, turn, { replies, usage, instructions }));
  }

  /** Ends a turn that could not be answered. @param apology what is said instead. @returns as {@link finish} */
  async fail(
    turn: ClaimedTurn,
    kind: ChannelKind | undefined,
    reason: string,
    apology: MessageContent[],
  ): Promise<string[] | undefined> {
    const said = kind === undefined ? [] : replyItemsOf(placeOf(turn, kind), apology);
    return this.tell(turn, said, await failTurn(this.db, turn, reason, said));
  }

  private async tell(
    { workspaceId }: ClaimedTurn,
    items: AcceptItem[],
    { isClosed, outbox }: Closed,
  ): Promise<string[] | undefined> {
    if (!isClosed) return undefined;
    const ids = items.map((item) => item.messageId);
    if (ids.length > 0) void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids });
    // Nobody waits for it: the turn is over, and a stream that cannot store now would keep its thread for 15 s.
    void this.tellFacts(outbox);
    return ids;
  }

  /** Never rejects: what cannot be told now stays in the outbox. */
  private async tellFacts(rows: OutboxRow[]): Promise<void> {
    const teller = {
      publishEvents: this.publisher.publishEvents.bind(this.publisher),
      publishCore: this.link.publishCore.bind(this.link),
    };
    await tellOutbox(this.db, teller, rows).catch((error: unknown) =>
      this.logger.warn({ err: error }, 'facts wait in the outbox'),
    );
  }
}
