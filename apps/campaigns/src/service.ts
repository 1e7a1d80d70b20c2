import { durableOf } from '@skein/messaging';
import { ServiceConfig } from '@skein/runtime';
import { workerService } from '@skein/worker';
import { CampaignsModule } from './campaigns.module.js';

/** Turns the items of bulk sends into accepted messages, no faster than their channels take them. */
export const service = workerService({
  name: 'campaigns',
  stopOrder: 2,
  Config: ServiceConfig,
  durables: () => [durableOf('campaigns')],
  module: () => CampaignsModule,
});
