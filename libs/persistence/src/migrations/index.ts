import { Spine1763700000000 } from './0001-spine.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [Spine1763700000000];
