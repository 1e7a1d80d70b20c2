import { Spine1763700000000 } from './0001-spine.js';
import { Channels1763800000000 } from './0002-channels.js';
import { WebChat1763900000000 } from './0003-web-chat.js';
import { Turns1764000000000 } from './0004-turns.js';
import { Jobs1764100000000 } from './0005-jobs.js';
import { Campaigns1764200000000 } from './0006-campaigns.js';
import { SynchronousApi1764300000000 } from './0007-synchronous-api.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  Spine1763700000000,
  Channels1763800000000,
  WebChat1763900000000,
  Turns1764000000000,
  Jobs1764100000000,
  Campaigns1764200000000,
  SynchronousApi1764300000000,
];
