import { Injectable } from '@nestjs/common';
import {
  capabilitiesOf,
  refuse,
  type Capabilities,
  type ChannelRow,
  type MessageContent,
  type TurnClaim,
} from '@skein/contracts';
import { capabilitiesFor, readAction, SEND_ACTION_NAMES } from '@skein/rendering';
import { turnSendOf, WorkspaceChannels } from '@skein/sending';
import { notFound, refuseFields } from '../http/query.js';
import { Sender, USUAL_WAIT_S, type SendAnswer } from '../send/sender.js';

/** How an action was called. */
export interface ActionCall {
  name: string;
  input: unknown;
  key: string | null;
  /** Seconds the caller waits; undefined = what is usual. */
  wait: number | undefined;
}

/** Runs the send actions of a turn's channel (R7), each as a send in the name of the turn. */
@Injectable()
export class TurnActions {
  constructor(
    private readonly channels: WorkspaceChannels,
    private readonly sender: Sender,
  ) {}

  /** @throws refusals: of the call, of the turn, and of the outcome when it was waited for */
  async run(turn: TurnClaim, call: ActionCall): Promise<SendAnswer> {
    const channel = await this.channelOf(turn);
    const content = contentOf(channel, call);
    const item = turnSendOf({ ...turn, kind: channel.kind }, content, 'tool');
    return this.sender.sendInTurn(call, turn, item, call.wait ?? USUAL_WAIT_S);
  }

  private async channelOf({ workspaceId, channelId }: TurnClaim): Promise<ChannelRow> {
    const channels = await this.channels.of(workspaceId);
    const channel = channels.find(({ id }) => id === channelId);
    return channel ?? refuse('unknown_channel', 'The channel of the turn is not connected any more.');
  }
}

function contentOf(channel: ChannelRow, { name, input }: ActionCall): MessageContent {
  if (!(SEND_ACTION_NAMES as readonly string[]).includes(name)) return notFound('action');
  const table: Capabilities | undefined = capabilitiesOf(channel.kind);
  const read = table && readAction(capabilitiesFor(table, channel.settings), name, input);
  if (read === undefined) return refuse('not_supported', `The channel of the turn has no action ${name}.`);
  return 'errors' in read ? refuseFields(read.errors) : read.ok;
}
