import { describe, expect, it } from '@jest/globals';
import { connectOptions } from './connect-options.js';

describe('connectOptions', () => {
  it('reads login, several servers and TLS from the address, and never gives up', () => {
    const options = connectOptions({ url: 'tls://skein:p%40ss@a:4222,tls://b:4223', name: 'router' });
    expect(options).toMatchObject({
      servers: ['a:4222', 'b:4223'],
      user: 'skein',
      pass: 'p@ss',
      tls: {},
      maxReconnectAttempts: -1,
    });
  });

  it('refuses what is no address', () => {
    expect(() => connectOptions({ url: 'localhost', name: 'x' })).toThrow('Invalid URL');
  });
});
