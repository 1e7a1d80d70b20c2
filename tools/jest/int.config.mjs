import { tiers } from './tiers.mjs';

export default tiers.int;
