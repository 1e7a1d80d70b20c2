import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ThreadsBell } from '@skein/contracts';
import type { Item } from '@skein/messaging';
import { Apply } from './apply.js';

/** Takes the doorbells of settled calls and committed inbound events. */
@Controller()
export class ThreadsController {
  constructor(private readonly apply: Apply) {}

  @EventPattern('threads')
  async threads(@Payload() items: Item<ThreadsBell>[]): Promise<void> {
    await this.apply.run({
      calls: numbersOf(items.flatMap(({ data }) => data.calls ?? [])),
      inbound: numbersOf(items.flatMap(({ data }) => data.inbound ?? [])),
    });
  }
}

/** Ids of rows, each once; anything else names no row. */
function numbersOf(ids: string[]): string[] {
  return [...new Set(ids)].filter((id) => /^\d{1,18}$/.test(id));
}
