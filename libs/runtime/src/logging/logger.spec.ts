import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, type LogLevel } from './logger.js';
import { nestLogger } from './nest-logger.js';
import { RepeatedLog } from './repeated.js';

function capture(level: LogLevel = 'info') {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger('test', level, to);
  return { logger, text: () => lines.join(''), lines: () => lines.map((line) => JSON.parse(line) as object) };
}

describe('createLogger', () => {
  it('writes one JSON line with service, level and time', () => {
    const log = capture();
    log.logger.info({ channelId: 'c1' }, 'hello');
    expect(log.lines()).toEqual([
      expect.objectContaining({ service: 'test', level: 'info', msg: 'hello', channelId: 'c1' }),
    ]);
  });

  it('hides secrets by name, in nested values, in addresses, headers and errors', () => {
    const log = capture();
    const cause = new Error('connect postgres://u:leak1@db/x failed');
    const error = Object.assign(new Error('call', { cause }), { headers: { Authorization: 'leak2' } });
    log.logger.error(
      { err: error, config: { accessToken: 'leak3', list: [{ apiKey: 'leak4' }] } },
      'no Bearer leak5',
    );
    log.logger.warn('nats://sys:leak6@host');
    expect(log.text()).not.toMatch(/leak\d/);
    expect(log.text()).toContain('postgres://u:***@db/x');
  });

  it('cuts deep, long and binary values', () => {
    const log = capture();
    const loop: Record<string, unknown> = {
      bytes: Buffer.alloc(10),
      list: Array.from({ length: 500 }, () => 1),
    };
    loop['self'] = loop;
    log.logger.info({ loop }, 'deep');
    expect(log.text()).toContain('[10 bytes]');
    expect(log.text().length).toBeLessThan(4000);
  });

  it('keeps the counts of tokens readable', () => {
    const log = capture();
    log.logger.info({ tokens: 12 }, 'usage');
    expect(log.lines()).toEqual([expect.objectContaining({ tokens: 12 })]);
  });
});

describe('RepeatedLog', () => {
  it('keeps a storm readable: one line per key and interval, with the number left out', () => {
    const log = capture();
    const repeated = new RepeatedLog(log.logger, 60_000);
    for (let i = 0; i < 1000; i++) repeated.warn('forged', { i }, 'forged webhook');
    repeated.warn('other', {}, 'another failure');
    expect(log.lines()).toHaveLength(2);
    const always = new RepeatedLog(log.logger, 0);
    always.warn('forged', {}, 'forged webhook');
    always.warn('forged', {}, 'forged webhook');
    expect(log.lines()).toHaveLength(4);
  });

  it('says how many were left out', async () => {
    const log = capture();
    const repeated = new RepeatedLog(log.logger, 30);
    repeated.warn('k', {}, 'x');
    repeated.warn('k', {}, 'x');
    const deadline = Date.now() + 2000;
    while (log.lines().length < 2 && Date.now() < deadline) {
      await new Promise((done) => setImmediate(done));
      repeated.warn('k', {}, 'x');
    }
    expect(log.lines()[1]).toMatchObject({ msg: 'x' });
    expect((log.lines()[1] as { suppressed: number }).suppressed).toBeGreaterThan(0);
  });
});

describe('nestLogger', () => {
  it('turns boot chatter into debug and keeps errors with their stack and context', () => {
    const log = capture();
    const nest = nestLogger(log.logger);
    nest.log('Mapped {/v1} route', 'RouterExplorer');
    nest.error('boom', 'Error: boom\n at x', 'Handler');
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'boom',
        context: 'Handler',
        stack: 'Error: boom\n at x',
      }),
    ]);
  });
});
