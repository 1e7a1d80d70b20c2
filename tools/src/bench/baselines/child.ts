import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Node program of the bench that says when it is ready. */
export interface Child {
  pid: number;
  /** What it said: the port it listens on, or 0. */
  port: number;
  stop: () => Promise<void>;
}

/** Starts a file of this folder; it sends `{port}` when it is ready and ends on SIGTERM. */
export async function startChild(file: string, env: Record<string, string>): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { env: { PATH: process.env.PATH, ...env } });
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('error', reject);
    void end.then(() => reject(new Error(`${file} ended before it was ready`)));
  });
  const stop = () => {
    child.kill('SIGKILL');
    return end;
  };
  return { pid: child.pid ?? 0, port, stop };
}
