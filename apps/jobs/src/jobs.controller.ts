import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { isUuid } from '@skein/contracts';
import type { Item } from '@skein/messaging';
import { Scheduler } from './scheduler.js';

/** Where the id of the job stands in the subject of a fire. */
const ID_TOKEN = 4;

/** Takes the wake-up calls of jobs. */
@Controller()
export class JobsController {
  constructor(private readonly scheduler: Scheduler) {}

  @EventPattern('jobDue')
  async due(@Payload() items: Item[]): Promise<void> {
    const ids = items.map((item) => item.tokens[ID_TOKEN] ?? '').filter(isUuid);
    if (ids.length > 0) await this.scheduler.fire(ids);
  }
}
