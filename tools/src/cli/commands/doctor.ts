import type { Command } from 'commander';
import { EXIT } from '../cli-error.js';
import type { Finding } from '../doctor/finding.js';
import { action, type Run } from '../run.js';
import { plain, type Screen } from '../screen.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check addresses, streams, migrations and credentials, and say how to mend them')
    .addHelpText(
      'after',
      '\nStreams, tables and credentials are seen where NATS_URL, DATABASE_URL and SKEIN_SECRET_KEY of the services are set,\nand for a stack of npm start. Exit code 1 when something is wrong.',
    )
    .action(action(run));
}

async function run({ client, screen }: Run): Promise<void> {
  // Database and broker clients are slow to load and needed by this command only.
  const { examine } = await import('../doctor/examine.js');
  const findings = await examine(client);
  const wrong = findings.filter(({ state }) => state === 'bad');
  if (screen.json) screen.data({ ok: wrong.length === 0, checks: findings });
  else show(findings, screen);
  if (wrong.length > 0) process.exitCode = EXIT.refused;
}

function show(findings: Finding[], { line, colours }: Screen): void {
  const { green, red, yellow, dim, bold } = colours;
  const marks = { ok: green('✓'), bad: red('✗'), warn: yellow('!'), unknown: yellow('?') };
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, detail, mend } of findings) {
    line(`${marks[state]} ${bold(plain(check).padEnd(width))}  ${plain(detail, 300)}`);
    if (mend !== undefined) line(`  ${' '.repeat(width)}  ${dim('→')} ${mend}`);
  }
  const count = findings.filter(({ state }) => state === 'bad').length;
  line(
    count === 0
      ? green('\nNothing is wrong.')
      : red(`\n${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`),
  );
}
