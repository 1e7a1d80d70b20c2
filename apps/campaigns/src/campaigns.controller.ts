import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CampaignsBell } from '@skein/contracts';
import type { Item } from '@skein/messaging';
import { Feeder } from './feeder.js';

/** Takes the doorbells of bulk sends. */
@Controller()
export class CampaignsController {
  constructor(private readonly feeder: Feeder) {}

  /** Done at once: the rows say what there is to do. */
  @EventPattern('campaigns')
  campaigns(@Payload() _items: Item<CampaignsBell>[]): void {
    this.feeder.ring();
  }
}
