import { DEFAULT_CAMPAIGN } from '@skein/contracts';

/**
 * A condition on messages `m` of workspace $1 and a campaign, $2 if nothing else is said. The index on campaigns leaves the default one out, and the planner
 * uses it only where the statement says so too; a statement that holds this needs a name of its own for either.
 */
export function campaignFilter(id: string, campaign = '$2'): { name: string; where: string } {
  const where = `m.workspace_id = $1 AND m.campaign_id = ${campaign} AND m.direction = 'out'`;
  if (id === DEFAULT_CAMPAIGN) return { name: 'default', where };
  return { name: 'named', where: `${where} AND m.campaign_id <> '${DEFAULT_CAMPAIGN}'` };
}
