import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { dead, done, type Item, type Settlement } from '@skein/messaging';
import { ChannelEngine } from './channel-engine.js';

/** Decimal, and short enough for a bigint. */
const CALL_ID = /^\d{1,18}$/;

/** Bells of the router: calls that should be claimed. */
@Controller()
export class ChannelController {
  constructor(private readonly engine: ChannelEngine) {}

  /**
   * Done as soon as every id is queued in memory or left to its `wake_at`: a bell decides nothing, and one that comes again
   * changes nothing.
   */
  @EventPattern('deliver')
  deliver(items: Item[]): Settlement[] {
    return items.map((item) => {
      const ids = callsOf(item.data);
      const channelId = item.tokens[3];
      if (!ids || !channelId) return dead('not a list of call ids');
      this.engine.ring(ids.map((id) => ({ id, channelId })));
      return done();
    });
  }
}

function callsOf(data: unknown): string[] | undefined {
  const calls = (data as { calls?: unknown } | null | undefined)?.calls;
  if (!Array.isArray(calls)) return undefined;
  return calls.every((id): id is string => typeof id === 'string' && CALL_ID.test(id)) ? calls : undefined;
}
