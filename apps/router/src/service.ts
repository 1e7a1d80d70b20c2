import { durableOf } from '@skein/messaging';
import { workerService } from '@skein/worker';
import { RouterConfig } from './router.config.js';
import { RouterModule } from './router.module.js';

/** Resolves recipients, applies policy, renders and dispatches. */
export const service = workerService({
  name: 'router',
  stopOrder: 3,
  Config: RouterConfig,
  durables: () => [durableOf('send'), durableOf('due')],
  module: () => RouterModule,
});
