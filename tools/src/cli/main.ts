import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, isCliError, type Trouble } from './cli-error.js';
import { addBulk } from './commands/bulk.js';
import { addCampaigns } from './commands/campaigns.js';
import { addChannels, addTemplates } from './commands/channels.js';
import { addDead } from './commands/dead.js';
import { addDoctor } from './commands/doctor.js';
import { addJobs } from './commands/jobs.js';
import { addPlan } from './commands/plan.js';
import { addSend } from './commands/send.js';
import { addTargets } from './commands/targets.js';
import { addThreads } from './commands/threads.js';
import { addWatch } from './commands/watch.js';
import { complain } from './screen.js';

const COMMANDS = [
  addSend,
  addPlan,
  addWatch,
  addThreads,
  addChannels,
  addTemplates,
  addTargets,
  addBulk,
  addCampaigns,
  addJobs,
  addDead,
  addDoctor,
];

const NOTES = `
Address and key come from --url and --key, else SKEIN_URL and SKEIN_API_KEY, else the nearest .skein/dev.json.
Exit codes: 0 done, 1 refused, 2 called wrongly, 3 no answer.`;

/** Runs the command line tool and sets the exit code of the process. */
export async function skein(argv: string[]): Promise<void> {
  // Whoever reads our output may have read enough: `skein watch | head -1`.
  process.stdout.on('error', () => process.exit(EXIT.ok));
  try {
    await programOf().parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'));
  }
}

function programOf(): Command {
  const program = new Command('skein')
    .description('Send messages, follow what happens and look after a Skein.')
    .version(versionOf(), '-V, --version')
    .option('--url <address>', 'address of the api')
    .option('--key <key>', 'API key')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', NOTES)
    .showSuggestionAfterError();
  for (const add of COMMANDS) add(program);
  endNoProcess(program);
  return program;
}

function versionOf(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Commander would end the process itself; every command reads the options that all of them share. */
function endNoProcess(command: Command): void {
  command.exitOverride().configureHelp({ showGlobalOptions: true });
  command.commands.forEach(endNoProcess);
}

interface CommanderError {
  code?: string;
  exitCode?: number;
}

function report(error: unknown, isJson: boolean): number {
  if (isCliError(error)) {
    complain(error.trouble, isJson);
    return error.exitCode;
  }
  const { code = '' } = error as CommanderError;
  // Commander has already said on stderr what is wrong.
  if (code.startsWith('commander.')) return (error as CommanderError).exitCode === 0 ? EXIT.ok : EXIT.usage;
  complain(defect(error), isJson);
  return EXIT.refused;
}

function defect(error: unknown): Trouble {
  const { message } = error as Partial<Error>;
  return { code: 'internal', detail: message ?? String(error) };
}
