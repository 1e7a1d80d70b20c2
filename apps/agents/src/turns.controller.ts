import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { isUuid, type TurnsBell } from '@skein/contracts';
import type { Item } from '@skein/messaging';
import { TurnRunner } from './turn-runner.js';

/** Takes the doorbells of threads that have a turn waiting. */
@Controller()
export class TurnsController {
  constructor(private readonly runner: TurnRunner) {}

  /** Done at once: what this process does not get to, the sweeper rings for. */
  @EventPattern('turns')
  turns(@Payload() items: Item<TurnsBell>[]): void {
    this.runner.ring(items.flatMap(({ data }) => data.threads).filter(isUuid));
  }
}
