import { tiers } from './tiers.mjs';

export default tiers.e2e;
