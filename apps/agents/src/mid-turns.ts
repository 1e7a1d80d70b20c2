import { Inject, Injectable } from '@nestjs/common';
import { storeMedia } from '@skein/channel-kit';
import type { ChannelKind, TurnClaim } from '@skein/contracts';
import { MediaStore } from '@skein/messaging';
import { Db, type ClaimedTurn } from '@skein/persistence';
import { CONFIG } from '@skein/runtime';
import { outcomeAfter, placeOf, ToolGateways, turnSendOf, TurnSends } from '@skein/sending';
import type { MidTurn } from './backends/backend.js';
import type { AgentsConfig } from './config.js';

/** Seconds that a tool waits for what becomes of its message, as the second form of a send does. */
const WAIT_S = 10;

/** Makes what backends send with before their turn ends. */
@Injectable()
export class MidTurns {
  constructor(
    private readonly sends: TurnSends,
    private readonly gateways: ToolGateways,
    private readonly db: Db,
    private readonly media: MediaStore,
    @Inject(CONFIG) private readonly config: AgentsConfig,
  ) {}

  /** The sends of one try. */
  of(turn: ClaimedTurn, kind: ChannelKind): MidTurn {
    const place = placeOf(turn, kind);
    const claim: TurnClaim = { ...place, fence: turn.token };
    return {
      say: async (content, key) => {
        await this.sends.accept(claim, turnSendOf(place, content, 'reply'), key);
      },
      send: async (content, key) =>
        outcomeAfter(await this.sends.send(claim, turnSendOf(place, content, 'tool'), key, WAIT_S)),
      gateway: (requestKey) =>
        this.gateways.of(claim, {
          folders: this.config.toolFolders,
          requestKey,
          store: (workspaceId, file) => storeMedia({ sql: this.db, media: this.media }, workspaceId, file),
        }),
    };
  }
}
