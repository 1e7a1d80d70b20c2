import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@skein/testing';
import { GuardedClient, readAll } from './guarded-fetch.js';

/** The same machine in nine spellings; six are literals, which a look-up filter never sees. */
const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'localhost',
  '0.0.0.0',
];
const PRIVATE = [
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '[fd00::1]',
  '[fe80::1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '224.0.0.1',
  '255.255.255.255',
];

describe('the client for addresses that people supply', () => {
  let server: Server;
  let port: number;
  let hits = 0;
  /** Answers without an end that somebody still takes. */
  let pouring = 0;
  const closed = new GuardedClient();
  let open: GuardedClient;

  beforeAll(async () => {
    server = createServer((request, response) => {
      hits += 1;
      const [path = '', query = ''] = (request.url ?? '').split('?');
      if (path === '/loop')
        return void response.writeHead(302, { location: `/loop?${Number(query) + 1}` }).end();
      if (path === '/inside')
        return void response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      if (path === '/scheme') return void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      if (path === '/hop') return void response.writeHead(302, { location: '/file.png' }).end();
      if (path === '/big') {
        response.writeHead(200, { 'content-type': 'image/png' });
        const pour = (): void =>
          void (response.write(Buffer.alloc(65_536)) ? setImmediate(pour) : response.once('drain', pour));
        response.on('error', () => undefined);
        pouring += 1;
        response.once('close', () => void (pouring -= 1));
        return pour();
      }
      if (path === '/slow') return;
      if (path === '/missing') return void response.writeHead(404).end();
      if (path === '/broken') return void response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'image/png; x=1' }).end('png');
    });
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    port = (server.address() as AddressInfo).port;
    open = new GuardedClient([`localhost:${port}`]);
  });
  afterAll(async () => {
    await Promise.all([closed.close(), open.close()]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('really serves on loopback, so that a refusal below is the guard', async () => {
    expect((await open.media(`http://localhost:${port}/file.png`, 100)) as object).toEqual({
      bytes: Buffer.from('png'),
      mimeType: 'image/png',
      filename: 'file.png',
    });
  });

  it.each([
    ['/a%00.jpg', 'a.jpg'],
    ['/..%2F..%2Fetc%2Fpasswd', 'passwd'],
    ['/a%0d%0ab', 'ab'],
    ['/..%2f..', undefined],
  ])('R5: names the file of %s %s, as if it had been uploaded under that name', async (path, filename) => {
    const got = await open.media(`http://localhost:${port}${path}`, 100);
    expect(got).toMatchObject({ mimeType: 'image/png' });
    expect((got as { filename?: string }).filename).toBe(filename);
  });

  it.each(LOOPBACK)('blocks loopback written as %s', async (host) => {
    const before = hits;
    await expect(closed.request(`http://${host}:${port}/`)).rejects.toMatchObject({
      code: 'blocked_address',
    });
    expect(hits).toBe(before);
  });

  it.each(PRIVATE)('blocks %s', async (host) => {
    await expect(closed.request(`http://${host}:${port}/`, { timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'blocked_address',
    });
  });

  it('blocks other schemes, logins in the address, and what is no address', async () => {
    for (const address of [
      'file:///etc/passwd',
      'ftp://example.com/',
      'javascript:1',
      'data:,x',
      'http://user:pw@8.8.8.8/',
      'nonsense',
    ]) {
      await expect(closed.request(address)).rejects.toMatchObject({ code: 'blocked_address' });
    }
  });

  it('an allowed host opens its own port only', async () => {
    await expect(open.request(`http://localhost:${port + 1}/`)).rejects.toMatchObject({
      code: 'blocked_address',
    });
    await expect(open.request(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'blocked_address',
    });
  });

  it('checks every hop of a redirect and follows at most three', async () => {
    const address = (path: string) => `http://localhost:${port}${path}`;
    expect(await open.media(address('/hop'), 100)).toMatchObject({ mimeType: 'image/png' });
    expect(await open.media(address('/inside'), 100)).toMatchObject({
      kind: 'rejected',
      reason: 'media_unreachable',
    });
    expect(await open.media(address('/scheme'), 100)).toMatchObject({
      kind: 'rejected',
      reason: 'media_unreachable',
    });
    const before = hits;
    expect(await open.media(address('/loop?0'), 100)).toMatchObject({
      kind: 'rejected',
      reason: 'media_unreachable',
    });
    expect(hits - before).toBe(4);
    expect((await open.request(address('/hop'))).status).toBe(302);
  });

  it('hands a body over as it comes, up to the limit, and ends the transfer when it is left or not wanted', async () => {
    const address = `http://localhost:${port}/big`;
    const begun = await open.open(address);
    await eventually(() => expect(pouring).toBe(1));
    for await (const chunk of begun.body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await eventually(() => expect(pouring).toBe(0));
    (await open.open(address)).discard();
    await eventually(() => expect(pouring).toBe(0));
    let read = 0;
    const taken = async () => {
      for await (const chunk of (await open.open(address, { maxBytes: 300_000 })).body) read += chunk.length;
    };
    await expect(taken()).rejects.toMatchObject({ code: 'too_large' });
    expect(read).toBeLessThanOrEqual(300_000);
    await eventually(() => expect(pouring).toBe(0));
    const late = async () => readAll((await open.open(address, { maxBytes: 1e12, timeoutMs: 200 })).body);
    await expect(late()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('stops reading at the limit and at the end of the time, and says what went wrong', async () => {
    const address = (path: string) => `http://localhost:${port}${path}`;
    expect(await open.media(address('/big'), 1_000_000)).toMatchObject({
      kind: 'rejected',
      reason: 'media_too_large',
    });
    await expect(open.request(address('/slow'), { timeoutMs: 100 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await open.media(address('/missing'), 100)).toMatchObject({
      kind: 'rejected',
      reason: 'media_unreachable',
    });
    expect(await open.media(address('/broken'), 100)).toMatchObject({ kind: 'unavailable' });
  });
});
