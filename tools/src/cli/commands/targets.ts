import type { Command } from 'commander';
import { action, text, type Run } from '../run.js';
import { showList, showOne, type Column } from '../show.js';

interface Target {
  target: string;
  platform: string | null;
  kind: string;
  label: string;
  standsFor: string;
}

const LIST: Column<Target>[] = [
  ['TARGET', ({ target }) => target],
  ['KIND', ({ kind }) => kind],
  ['PLATFORM', ({ platform }) => platform ?? 'leads nowhere'],
  ['STANDS FOR', ({ standsFor }) => standsFor],
  ['LABEL', ({ label }) => label],
];

export function addTargets(program: Command): void {
  const targets = program.command('targets').description('Names of chats: home chats and aliases');
  targets
    .command('list', { isDefault: true })
    .description('Every name and what it stands for')
    .action(action((run) => showList(run, '/v1/targets', LIST)));
  targets
    .command('set <name> <target>')
    .description('Name a chat; a platform as the name is its home chat')
    .option('--label <text>', 'how lists show it')
    .action(action(set));
  targets.command('remove <name>').description('Take a name away').action(action(remove));
}

async function set(run: Run): Promise<void> {
  const [name = '', target] = run.args;
  const body = { target, label: text(run.options, 'label') };
  const made = await run.client.json<Target>('PUT', `/v1/targets/${encodeURIComponent(name)}`, { body });
  showOne(run, made, Object.entries(made));
}

async function remove({ client, screen, args }: Run): Promise<void> {
  const [name = ''] = args;
  await client.json('DELETE', `/v1/targets/${encodeURIComponent(name)}`);
  if (screen.json) screen.data({ removed: name });
  else screen.line(`${screen.colours.green('✓')} removed ${name}`);
}
