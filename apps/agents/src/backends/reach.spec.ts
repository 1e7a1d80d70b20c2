import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { GuardedClient, readAll } from '@skein/channel-kit';
import { reasonOf } from '../failure-reason.js';
import { reach } from './reach.js';

describe('R2: a server of an agent', () => {
  it('that breaks off or is away is named as the reason, and nothing of ours is', async () => {
    const server = createServer((_, response) => {
      response.write('half of it', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new GuardedClient([host]);
    const asked = async () => readAll((await reach(client, `http://${host}`, {})).body);
    const reason = () => asked().then(String, reasonOf);
    expect(await reason()).not.toMatch(/half of it|Skein/);
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    expect(await reason()).toBe("The agent's server could not be reached (ECONNREFUSED).");
  });
});
