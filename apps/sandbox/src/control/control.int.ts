import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Business } from '../testing/business.js';
import { MailBusiness } from '../testing/mail-business.js';
import { Rig } from '../testing/rig.js';

const ADA = '34600000081';

describe('B10: control surface', () => {
  let rig: Rig;
  let business: Business;
  let advanced = 0;

  beforeAll(async () => {
    const advanceOthers = (seconds: number): Promise<void> => {
      advanced += seconds;
      return seconds === 13 ? Promise.reject(new Error('database away')) : Promise.resolve();
    };
    rig = await Rig.start({ advanceOthers });
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterAll(() => rig.stop());

  it('lists accounts without secrets', async () => {
    const { body } = await rig.call<unknown[]>('GET', '/accounts');
    expect(body).toMatchObject([{ kind: 'whatsapp', channelId: 'wa-1', phoneNumberId: '1001' }]);
    for (const secret of ['token-1', 'secret-1', 'verify-me'])
      expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('names every field that is wrong in a registration', async () => {
    const answer = await business.register({ appSecret: undefined });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ field: 'appSecret' }] },
    });
    expect((await rig.call('POST', '/accounts', { kind: 'pigeon' })).status).toBe(404);
  });

  it('keeps a journal of every call, failed ones too, in order', async () => {
    const [last] = (await rig.journal()).slice(-1);
    await business.text(ADA, 'one');
    await business.text('34600000089', 'no window');
    await business.send({ to: ADA, type: 'text', text: { body: 'x' } }, 'wrong');
    const entries = await rig.journal(`?kind=whatsapp&since=${last?.seq ?? 0}`);
    expect(entries.map(({ address, operation, answer }) => [address, operation, answer?.status])).toEqual([
      [`+${ADA}`, 'send', 200],
      ['+34600000089', 'send', 400],
      [null, 'POST messages', 401],
    ]);
    expect(entries[0]).toMatchObject({
      kind: 'whatsapp',
      request: { text: { body: 'one' } },
      answer: { body: { messaging_product: 'whatsapp' } },
    });
    expect(await rig.journal('?kind=email')).toEqual([]);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect((await rig.journal(`?since=${since}`)).length).toBeGreaterThanOrEqual(3);
  });

  it('moves the clock of everything else first, then its own', async () => {
    const { body } = await rig.call<{ offsetSeconds: number; now: string }>('POST', '/clock', {
      advanceSeconds: 60,
    });
    expect([body.offsetSeconds, advanced]).toEqual([60, 60]);
    expect((await rig.call('POST', '/clock', { advanceSeconds: 13 })).status).toBe(503);
    expect((await rig.call('POST', '/clock', { advanceSeconds: 0 })).body).toMatchObject({
      offsetSeconds: 60,
    });
    for (const bad of [-1, '60', null, 1e12])
      expect((await rig.call('POST', '/clock', { advanceSeconds: bad })).status).toBe(400);
  });

  it('S2: serves the files, the slow one slowly', async () => {
    const types = {
      'small.jpg': 'image/jpeg',
      'small.pdf': 'application/pdf',
      'small.mp3': 'audio/mpeg',
      'small.mp4': 'video/mp4',
    };
    for (const [name, type] of Object.entries(types)) {
      const answer = await fetch(`${rig.sandbox.url}/files/${name}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      expect((await answer.arrayBuffer()).byteLength).toBe(Number(answer.headers.get('content-length')));
    }
    const big = await fetch(`${rig.sandbox.url}/files/big.bin`);
    expect((await big.arrayBuffer()).byteLength).toBe(11 * 1024 * 1024);
    const slow = await fetch(`${rig.sandbox.url}/files/slow.jpg`, { signal: AbortSignal.timeout(1500) });
    expect(slow.status).toBe(200);
    await expect(slow.arrayBuffer()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await rig.call('GET', '/files/none.gif')).status).toBe(404);
  });

  it('answers unknown addresses and broken bodies as problems', async () => {
    expect(await rig.call('GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await rig.call('GET', '/people/pigeon/1/inbox')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const broken = await fetch(`${rig.sandbox.url}/faults`, { method: 'POST', body: '{' });
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  });

  it('shows people and one chat as a page, with everything escaped', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    await rig.write('whatsapp', ADA, { text: hostile, profile: { name: hostile } });
    const interactive = {
      type: 'button',
      body: { text: 'Choose' },
      action: { buttons: [{ type: 'reply', reply: { id: 'a"b', title: 'Go' } }] },
    };
    await business.send({ to: ADA, type: 'interactive', interactive });
    const { body } = await rig.call<string>('GET', `/?kind=whatsapp&address=%2B${ADA}`);
    expect(body).not.toContain('<img src=x');
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(body).toContain('data-press="a&quot;b"');
    expect((await rig.call<string>('GET', '/?kind=whatsapp&address=nonsense')).body).toContain(
      'Not an address',
    );
    expect((await rig.call<unknown[]>('GET', '/people')).body).toMatchObject([
      { kind: 'whatsapp', address: `+${ADA}` },
    ]);
  });

  it('forgets messages, journal, faults and windows on reset, accounts stay', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'error' });
    await rig.write('whatsapp', ADA, { preference: 'stop' });
    await rig.call('POST', '/reset');
    expect(await rig.journal()).toEqual([]);
    expect(await rig.inbox('whatsapp', ADA)).toEqual([]);
    expect((await business.text(ADA)).body.error?.code).toBe(131047);
    expect((await business.template(ADA, 'offer')).status).toBe(200);
    expect((await rig.call<unknown[]>('GET', '/accounts')).body).toHaveLength(1);
  });
});

describe('B10: snapshot', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const opened: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of opened) await close();
    rmSync(dataDir, { recursive: true });
  });

  const startRig = async (): Promise<Rig> => {
    const rig = await Rig.start({ dataDir });
    opened.unshift(() => rig.receiver.close());
    return rig;
  };

  it('windows, inboxes, accounts and the clock survive a restart', async () => {
    const before = await startRig();
    const business = new Business(before);
    await business.register();
    const mail = new MailBusiness(before);
    opened.push(() => mail.inbound.close());
    await mail.register();
    await before.call('POST', '/clock', { advanceSeconds: 3600 });
    await business.openWindow(ADA);
    await business.text(ADA, 'before');
    await mail.send({ to: 'ada@people.example', attachments: [{ filename: 'a.txt', content: 'kept' }] });
    await before.sandbox.stop();
    const saved = join(dataDir, 'sandbox.json');
    const readableByOthers = statSync(saved).mode & 0o077;
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({ clockOffsetSeconds: 3600 });

    const after = await startRig();
    opened.unshift(() => after.sandbox.stop());
    expect(readableByOthers).toBe(0);
    expect((await after.call<unknown[]>('GET', '/accounts')).body).toHaveLength(2);
    expect((await after.inbox('whatsapp', ADA)).map(({ text }) => text)).toEqual(['before']);
    const [entry] = await after.inbox('email', 'ada@people.example');
    expect(await (await fetch(entry?.attachments?.[0]?.url ?? '')).text()).toBe('kept');
    expect((await new Business(after).text(ADA, 'after')).status).toBe(200);
    expect((await after.call('POST', '/clock', { advanceSeconds: 0 })).body).toMatchObject({
      offsetSeconds: 3600,
    });
  });
});
