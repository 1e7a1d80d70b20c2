import type { Command } from 'commander';
import { action, type Run } from '../run.js';
import { paged, showList, showOne, when, type Column } from '../show.js';
import { countPairs } from './bulk.js';

interface Campaign {
  campaignId: string;
  state: string;
  total: number;
  counts: Record<string, number>;
  onItsWay: number;
  pausedAt: string | null;
  canceledAt: string | null;
  batches: unknown;
  detail?: string;
}

const LIST: Column<Campaign>[] = [
  ['CAMPAIGN', ({ campaignId }) => campaignId],
  ['STATE', ({ state }) => state],
  ['MESSAGES', ({ total }) => total],
  ['ON THEIR WAY', ({ onItsWay }) => onItsWay],
  [
    'STATUSES',
    ({ counts }) =>
      countPairs(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
  ],
];

const CHANGES = [
  ['pause', 'Stop what waits until it is resumed'],
  ['resume', 'Let it go on'],
  ['cancel', 'End what waits, is held or is scheduled'],
] as const;

export function addCampaigns(program: Command): void {
  const campaigns = program
    .command('campaigns')
    .description('Campaigns: everything sent with one campaign id');
  paged(campaigns.command('list', { isDefault: true }).description('How far each is')).action(
    action((run) => showList(run, '/v1/campaigns', LIST)),
  );
  campaigns.command('show <id>').description('How far one is').action(action(show));
  for (const [name, description] of CHANGES)
    campaigns
      .command(`${name} <id>`)
      .description(description)
      .action(action(change(name)));
  campaigns
    .command('retry <id>')
    .description('Send what failed once more')
    .option('--include-unknown', 'and what may or may not have arrived')
    .action(action(retry));
}

const pathOf = ({ args }: Run): string => `/v1/campaigns/${encodeURIComponent(args[0] ?? '')}`;

async function show(run: Run): Promise<void> {
  showCampaign(run, await run.client.get<Campaign>(pathOf(run)));
}

function change(name: string): (run: Run) => Promise<void> {
  return async (run) => showCampaign(run, await run.client.post<Campaign>(`${pathOf(run)}/${name}`));
}

function showCampaign(run: Run, campaign: Campaign): void {
  showOne(run, campaign, [
    ['campaign', campaign.campaignId],
    ['state', campaign.state],
    ['messages', campaign.total],
    ...countPairs(campaign.counts),
    ['paused', when(campaign.pausedAt)],
    ['canceled', when(campaign.canceledAt)],
    ['note', campaign.detail],
  ]);
}

async function retry(run: Run): Promise<void> {
  const includeUnknown = run.options['includeUnknown'] === true;
  const made = await run.client.post<{ retried: number; batches: string[] }>(`${pathOf(run)}/retry`, {
    includeUnknown,
  });
  showOne(run, made, [
    ['tried again', made.retried],
    ['bulk sends', made.batches.join(', ')],
  ]);
}
