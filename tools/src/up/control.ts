import type { ControlAnswer, ControlRequest } from '@skein/stack';
import type { Part } from './part.js';

/** What a test asks for beyond single parts. */
export interface Actions {
  /** Empties the JetStream store. */
  wipe(): Promise<void>;
  /** Starts another process of a service under a name of its own. */
  replicate(service: string, as: string, env: Record<string, string>): Promise<void>;
}

/**
 * Answers requests on the channel to the parent process, when the launcher was started by a test.
 */
export function answerControl(parts: ReadonlyMap<string, Part>, actions: Actions): void {
  const answer = (message: ControlAnswer) => process.send?.(message);
  process.on('message', (request: ControlRequest) => {
    obey(request, parts, actions).then(
      (pid) => answer({ id: request.id, pid }),
      (error: unknown) => answer({ id: request.id, error: String(error) }),
    );
  });
}

async function obey(request: ControlRequest, parts: ReadonlyMap<string, Part>, actions: Actions) {
  const part = parts.get(request.part);
  if (!part) throw new Error(`no part ${request.part}; there are ${[...parts.keys()].join(', ')}`);
  if (request.action === 'kill') await part.kill(request.signal ?? 'SIGKILL');
  if (request.action === 'stop') await part.stop();
  if (request.action === 'restart') await part.restart();
  if (request.action === 'wipe') await actions.wipe();
  if (request.action === 'replicate')
    await actions.replicate(request.part, request.as ?? '', request.env ?? {});
  return part.pid;
}
