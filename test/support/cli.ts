import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SKEIN = fileURLToPath(new URL('../../tools/skein.mjs', import.meta.url));

/** What a call of the command line tool left behind. */
export interface Called {
  code: number | null;
  out: string;
  err: string;
}

export interface CallOptions {
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
}

/** The real program, started. */
export function startCli(
  args: string[],
  { env = {}, cwd }: CallOptions = {},
): ChildProcessWithoutNullStreams {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [SKEIN, ...args], { cwd, env: { PATH, HOME, ...env } });
}

/** Calls the real program and waits for its end. */
export async function callCli(args: string[], options: CallOptions = {}): Promise<Called> {
  const child = startCli(args, options);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}
