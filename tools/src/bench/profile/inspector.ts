import { readFileSync } from 'node:fs';
import { eventually } from '@skein/testing';
import { WebSocket } from 'undici';

/** The part of a V8 CPU profile that the report reads; times in microseconds. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** A debugger connection to a Node process. */
export interface Inspector {
  startProfile: () => Promise<void>;
  stopProfile: () => Promise<CpuProfile>;
  close: () => void;
}

const LISTENING = /Debugger listening on (ws:\S+)/g;

/** Opens the inspector of a running process (SIGUSR1) and finds its address in the process's log. */
export async function openInspector(pid: number, logFile: string): Promise<Inspector> {
  process.kill(pid, 'SIGUSR1');
  const url = await eventually(() => {
    const found = [...readFileSync(logFile, 'utf8').matchAll(LISTENING)].at(-1)?.[1];
    if (found === undefined) throw new Error(`no inspector address in ${logFile}`);
    return found;
  });
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)));
  });
  const call = caller(socket);
  return {
    startProfile: async () => {
      await call('Profiler.enable');
      await call('Profiler.start');
    },
    stopProfile: async () => ((await call('Profiler.stop')) as { profile: CpuProfile }).profile,
    close: () => socket.close(),
  };
}

interface Answer {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

function caller(socket: WebSocket): (method: string) => Promise<unknown> {
  let lastId = 0;
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const listen = ({ data }: { data: unknown }) => {
        const answer = JSON.parse(String(data)) as Answer;
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result);
      };
      socket.addEventListener('message', listen);
      socket.send(JSON.stringify({ id, method }));
    });
}
