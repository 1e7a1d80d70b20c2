import { spawn } from 'node:child_process';

/** Grace between asking an orphan to stop and killing it: 100 polls of 0.1 s. */
const SCRIPT = `read -r _ && exit 0
kill -INT "$1" 2>/dev/null || exit 0
i=0
while kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null && [ "$i" -lt 100 ]; do sleep 0.1; i=$((i+1)); done
kill -KILL "$1" 2>/dev/null`;

/**
 * Ties a process that is not Node to the life of this one. A small shell waits on a pipe whose other end only we
 * hold: a line means the process has ended by itself, end of file means we died, even by SIGKILL, and then the
 * shell stops the process. Returns the function that lets go.
 */
export function leash(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'leash', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  return () => shell.stdin.end('release\n');
}
