import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import type { ServiceDefinition } from '../service.js';
import { startInProcess } from './start-in-process.js';
import { stopInPhases } from './stop-phases.js';

const quiet = createLogger('test', 'silent');

describe('stopInPhases', () => {
  it('goes on after a phase that fails or hangs', async () => {
    const ran: string[] = [];
    await stopInPhases(
      quiet,
      [
        { name: 'throws', run: () => Promise.reject(new Error('no')) },
        { name: 'hangs', run: () => new Promise(() => undefined) },
        { name: 'last', run: () => ran.push('last') },
      ],
      100,
    );
    expect(ran).toEqual(['last']);
  });
});

describe('startInProcess', () => {
  const events: string[] = [];
  const service = (name: string, stopOrder: number, fails = false): ServiceDefinition => ({
    name,
    stopOrder,
    start: async () => {
      if (fails) throw new Error(`${name} cannot start`);
      events.push(`start ${name}`);
      return {
        name,
        ready: () =>
          Promise.resolve({ ready: name !== 'slow', checks: { nats: name === 'slow' ? 'away' : 'ok' } }),
        stop: async () => void events.push(`stop ${name}`),
      };
    },
  });

  it('starts the last to stop first, and stops in order', async () => {
    events.length = 0;
    const group = await startInProcess([service('api', 1), service('threads', 5), service('router', 3)], {});
    await group.stop();
    const starts = ['start threads', 'start router', 'start api'];
    expect(events).toEqual([...starts, 'stop api', 'stop router', 'stop threads']);
  });

  it('is ready when all are, with every check named', async () => {
    const group = await startInProcess([service('api', 1), service('slow', 2)], {});
    expect(await group.ready()).toEqual({ ready: false, checks: { 'slow.nats': 'away', 'api.nats': 'ok' } });
  });

  it('stops what it had started when one cannot start', async () => {
    events.length = 0;
    await expect(startInProcess([service('api', 1, true), service('threads', 5)], {})).rejects.toThrow(
      'api cannot',
    );
    expect(events).toEqual(['start threads', 'stop threads']);
  });
});
