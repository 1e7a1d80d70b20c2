import { expect, it } from '@jest/globals';
import { optionsOf } from './nats-options.js';

it('R7: reads addresses as services write them, and never gives up on a server that is away', () => {
  expect(optionsOf('nats://us%40er:pa%3Ass@one:4222,nats://two:4222, three:4222')).toEqual({
    servers: ['one:4222', 'two:4222', 'three:4222'],
    user: 'us@er',
    pass: 'pa:ss',
    maxReconnectAttempts: -1,
  });
  expect(optionsOf('localhost:4222', { token: 't' })).toMatchObject({
    servers: ['localhost:4222'],
    token: 't',
  });
});
