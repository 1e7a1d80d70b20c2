import type { ControlAnswer, ControlRequest } from '@skein/stack';
import type { Part } from './part.js';

/**
 * Answers requests on the channel to the parent process, when the launcher was started by a test.
 * `wipe` empties the JetStream store.
 */
export function answerControl(parts: ReadonlyMap<string, Part>, wipe: () => Promise<void>): void {
  const answer = (message: ControlAnswer) => process.send?.(message);
  process.on('message', (request: ControlRequest) => {
    obey(request, parts, wipe).then(
      (pid) => answer({ id: request.id, pid }),
      (error: unknown) => answer({ id: request.id, error: String(error) }),
    );
  });
}

async function obey(request: ControlRequest, parts: ReadonlyMap<string, Part>, wipe: () => Promise<void>) {
  const part = parts.get(request.part);
  if (!part) throw new Error(`no part ${request.part}; there are ${[...parts.keys()].join(', ')}`);
  if (request.action === 'kill') await part.kill(request.signal ?? 'SIGKILL');
  if (request.action === 'stop') await part.stop();
  if (request.action === 'restart') await part.restart();
  if (request.action === 'wipe') await wipe();
  return part.pid;
}
