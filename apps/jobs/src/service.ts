import { durableOf } from '@skein/messaging';
import { ServiceConfig } from '@skein/runtime';
import { workerService } from '@skein/worker';
import { JobsModule } from './jobs.module.js';

/** The scheduler: makes a run of every firing, and looks after the runs. What a job does runs in its author's process. */
export const service = workerService({
  name: 'jobs',
  stopOrder: 2,
  Config: ServiceConfig,
  durables: () => [durableOf('jobDue')],
  module: () => JobsModule,
});
