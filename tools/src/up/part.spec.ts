import { describe, expect, it } from '@jest/globals';
import { stopAll, type Part } from './part.js';

describe('stopAll', () => {
  function part(name: string, stopOrder: number, stop: () => Promise<void>): Part {
    const nothing = () => Promise.resolve();
    return { name, stopOrder, pid: undefined, kill: nothing, restart: nothing, stop };
  }

  it('stops api before channels before servers, and goes on after a failure', async () => {
    const log: string[] = [];
    const note = (name: string) => async () => void log.push(name);
    const broken = () => Promise.reject(new Error('stuck'));
    const parts = [
      part('nats', 20, note('nats')),
      part('whatsapp', 4, broken),
      part('api', 1, note('api')),
      part('email', 4, note('email')),
    ];
    await stopAll(parts, (name, error) => log.push(`${name}: ${String(error)}`));
    expect(log).toEqual(['api', 'email', 'whatsapp: Error: stuck', 'nats']);
  });
});
