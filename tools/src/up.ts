import { writeDevFile, type ReadyNotice, type SetupError } from '@skein/stack';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerControl } from './up/control.js';
import { takeDataDir } from './up/data-dir.js';
import { launch } from './up/launch.js';
import { stopAll, type Part } from './up/part.js';
import { progress } from './up/progress.js';
import { readSettings, type Settings } from './up/settings.js';
import { listenForStop } from './up/stop-request.js';
import { welcome } from './up/welcome.js';

/** Runs a development stack until somebody asks it to stop, then stops all of it and ends the process. */
export async function up(args: string[]): Promise<never> {
  const parts = new Map<string, Part>();
  const stop = listenForStop(parts);
  let release = () => {};
  try {
    const settings = readSettings(process.env, args);
    release = takeDataDir(settings.dataDir);
    progress.title('Skein');
    await run(settings, parts, stop.mayGoOn);
    await stop.requested;
  } catch (error) {
    if (!stop.isRequested()) fail(error);
  }
  if (parts.size > 0) progress.line('\nStopping: no new work, finishing what runs');
  await stopAll(parts.values(), (name, error) =>
    progress.warn(`${name} did not stop cleanly: ${String(error)}`),
  );
  release();
  process.exit();
}

async function run(settings: Settings, parts: Map<string, Part>, mayGoOn: () => void): Promise<void> {
  const { dev, replicate } = await launch({ settings, parts, mayGoOn });
  const file = writeDevFile(settings.dataDir, dev);
  answerControl(parts, { wipe: () => wipeJetStream(parts, settings.dataDir), replicate });
  welcome(dev, file);
  const notice: ReadyNotice = { event: 'ready' };
  process.send?.(notice);
}

/** Loses every stream at once, as a broken disk would. */
async function wipeJetStream(parts: ReadonlyMap<string, Part>, dataDir: string): Promise<void> {
  const nats = parts.get('nats');
  await nats?.kill('SIGKILL');
  rmSync(join(dataDir, 'nats'), { recursive: true, force: true });
  await nats?.restart();
}

/** Problems with this machine or its settings carry a remedy; anything else is ours, and its stack is the help. */
function fail(error: unknown): void {
  process.exitCode = 1;
  const problem = error as Partial<SetupError>;
  if (problem.name === 'SetupError') progress.failure(problem.message ?? '', problem.remedy);
  else
    progress.failure(
      problem.stack ?? String(error),
      'Services and servers log to the logs folder of the data directory.',
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await up(process.argv.slice(2));
