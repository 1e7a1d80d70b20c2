import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectNats } from '@skein/messaging';
import { createLogger } from '@skein/runtime';
import { eventually, newDataDir, startStack, type Stack } from '@skein/testing';
import { createServer, request as call, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callCli, startCli, type Called } from './support/cli.js';
import { atNoon } from './support/noon.js';
import { newNumber, openWindow, personOf } from './support/people.js';

interface Check {
  check: string;
  state: string;
  detail: string;
  mend?: string;
}

let stack: Stack;
let elsewhere: string;

beforeAll(async () => {
  elsewhere = newDataDir();
  stack = await startStack();
  await atNoon(stack);
});
afterAll(async () => {
  await stack.stop();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** The program as somebody on the machine of the stack calls it. */
const skein = (args: string[], input?: string): Promise<Called> =>
  callCli(args, { env: { SKEIN_DATA_DIR: stack.dataDir }, input });

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await skein([...args, '--json']);
  if (code !== 0) throw new Error(`skein ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

async function doctor(
  env: Record<string, string> = {},
): Promise<Called & { ok: boolean; bad: Check[]; all: Check[] }> {
  const called = await callCli(['doctor', '--json'], { env: { SKEIN_DATA_DIR: stack.dataDir, ...env } });
  const { ok, checks } = JSON.parse(called.out) as { ok: boolean; checks: Check[] };
  return { ...called, ok, all: checks, bad: checks.filter(({ state }) => state === 'bad') };
}

/** The api behind something that lets no stream of events through. */
async function withoutStreams(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events') === true)
      return void response.writeHead(429).end('{"code":"rate_limited","detail":"Too many streams."}');
    const { method, headers } = request;
    const passed = call(`${stack.dev.apiUrl}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('skein', () => {
  it('B1 B2 plans, sends and says what became of it, with exit codes', async () => {
    const { address, sees } = await openWindow(stack, newNumber());
    const plan = await json<{ status: string; parts: unknown[] }>(
      'plan',
      address,
      'Hello',
      '--channel',
      'whatsapp',
    );
    expect(plan).toMatchObject({ status: 'queued', parts: [{ text: 'Hello' }] });
    const sent = await skein(['send', address, '-', '--channel', 'whatsapp'], 'from a pipe\n');
    expect(sent).toMatchObject({ code: 0, err: '' });
    expect(sent.out).toMatch(/^✓ (sent|delivered)/);
    expect(sent.out).not.toContain('\u001b');
    await sees((inbox) => inbox.some(({ text }) => text === 'from a pipe'));
    const closed = ['send', newNumber(), 'x', '--channel', 'whatsapp', '--on-closed-window', 'fail'];
    const refused = await skein(closed);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/window_closed.*\n.*→ Send an approved template/);
    const problem = await skein([...closed, '--json']);
    expect(JSON.parse(problem.err)).toMatchObject({ code: 'window_closed', next: expect.any(Array) });
  });

  it('P7 sends a template, and refuses one that there is not', async () => {
    const to = newNumber();
    const template = ['--channel-id', 'wa-main', '--language', 'es_MX', '--param', 'Ana', '--param', '10%'];
    expect(await json('send', to, '--template', 'bienvenida_v1', ...template)).toMatchObject({
      delivered: true,
    });
    expect(await skein(['send', to, '--template', 'nope', ...template])).toMatchObject({ code: 1 });
    expect(await skein(['send', 'ana@example.com', '--template', 'nope', ...template])).toMatchObject({
      code: 2,
    });
  });

  it('B2 ends with 2 when called wrongly and with 3 when nothing answers', async () => {
    for (const args of [
      ['send'],
      ['thraeds'],
      ['threads', '--limit', 'x'],
      ['--url', 'ftp://x', 'threads'],
      ['send', '+447700900123'],
    ]) {
      const called = await skein(args);
      expect(called).toMatchObject({ code: 2, out: '' });
      expect(called.err).not.toBe('');
    }
    const away = await callCli(['threads', '--url', 'http://127.0.0.1:9', '--key', 'k-secret'], {
      cwd: elsewhere,
    });
    expect(away).toMatchObject({ code: 3, out: '' });
    expect(away.err).toContain('npm start');
    expect(away.err).not.toContain('k-secret');
    expect(
      (await callCli(['channels', '--url', stack.dev.webChatUrl, '--key', 'k'], { cwd: elsewhere })).code,
    ).toBe(3);
  });

  it('B2 finds address and key in the nearest .skein, and shows that key to no other address', async () => {
    const nested = join(elsewhere, 'a', 'b');
    mkdirSync(join(elsewhere, '.skein'), { recursive: true });
    mkdirSync(nested, { recursive: true });
    copyFileSync(join(stack.dataDir, 'dev.json'), join(elsewhere, '.skein', 'dev.json'));
    expect((await callCli(['channels'], { cwd: nested })).out).toContain('wa-main');
    const byEnv = { SKEIN_URL: stack.dev.apiUrl.replace('127.0.0.1', 'localhost') };
    expect(await callCli(['channels'], { cwd: nested, env: byEnv })).toMatchObject({ code: 1 });
    const withKey = { ...byEnv, SKEIN_API_KEY: stack.dev.apiKey };
    expect(await callCli(['channels'], { cwd: nested, env: withKey })).toMatchObject({ code: 0 });
  });

  it('P2 lists conversations and shows one, and what strangers write cannot steer the terminal', async () => {
    const person = await openWindow(stack, newNumber());
    await person.writes('red \u001b[31malert\u0007 \u202eabc');
    const { items } = await json<{ items: { id: string; contact: { identities: { address: string }[] } }[] }>(
      'threads',
    );
    const thread = items.find(({ contact }) =>
      contact.identities.some(({ address }) => address === person.address),
    );
    const shown = await eventually(async () => {
      const { out } = await skein(['threads', 'show', thread?.id ?? '']);
      return out.includes('alert') ? out : (false as never);
    });
    expect(shown).toMatch(/person\s+red  \[31malert/);
    expect(shown).not.toMatch(/[\u0007\u001b\u202e]/);
    expect(await skein(['threads', 'show', 'nothing'])).toMatchObject({ code: 1 });
  });

  it('B2 watches events as lines of JSON, and goes on after the one it is told', async () => {
    const watching = startCli(['watch', '--json', '--type', 'message-sent'], {
      env: { SKEIN_DATA_DIR: stack.dataDir },
    });
    let lines: { eventId: string; messageId: string }[] = [];
    let out = '';
    watching.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      lines = out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as (typeof lines)[number]);
    });
    const to = newNumber();
    const sent: string[] = [];
    await eventually(
      async () => {
        sent.push((await json<{ messageId: string }>('send', to, 'watched', '--channel', 'sms')).messageId);
        expect(lines.length).toBeGreaterThan(1);
      },
      { timeoutMs: 20_000 },
    );
    const ended = new Promise((resolve) => watching.once('exit', resolve));
    watching.kill('SIGINT');
    expect(await ended).toBe(0);
    const [first, second] = lines;
    const args = ['watch', '--type', 'message-sent', '--after', first?.eventId ?? '', '--count', '1'];
    expect(await json<object>(...args)).toEqual(second);
    expect(sent).toContain(second?.messageId);
    expect((await skein(['watch', '--after', 'x'])).code).toBe(1);
  });

  it('T2 B8 names chats, and lists, shows and replays dead letters', async () => {
    expect(await skein(['targets', 'set', 'ops', 'slack:C042', '--label', 'Operations'])).toMatchObject({
      code: 0,
    });
    expect(await json('targets')).toMatchObject({ items: [{ target: 'ops', standsFor: 'slack:C042' }] });
    expect(await skein(['targets', 'set', 'loop', 'loop'])).toMatchObject({ code: 1 });
    expect(await skein(['targets', 'remove', 'ops'])).toMatchObject({ code: 0 });
    const entry = {
      at: new Date().toISOString(),
      service: 'router',
      reason: 'a test gave it up',
      encoding: 'utf8',
    };
    const subject = `skein.send.${stack.dev.workspaceId}.api`;
    await asServices(async (link) => {
      const body = { ...entry, subject, payload: JSON.stringify({ ids: [] }) };
      await link.js.publish(`skein.dead.${stack.dev.workspaceId}.router`, JSON.stringify(body));
    });
    const { items } = await json<{ items: { id: string; reason: string }[] }>('dead', 'list');
    const letter = items.find(({ reason }) => reason === entry.reason);
    expect((await skein(['dead', 'show', letter?.id ?? ''])).out).toContain(entry.reason);
    expect(await skein(['dead', 'replay', letter?.id ?? ''])).toMatchObject({ code: 0 });
    expect(await skein(['dead', 'replay', letter?.id ?? ''])).toMatchObject({ code: 1 });
    expect((await skein(['channels', 'show', 'sms-main'])).out).toContain('+15005550006');
  });

  it('P15 lists, triggers and pauses jobs', async () => {
    const schedule = { type: 'cron', expression: '0 9 * * *' };
    await stack.api('PUT', '/v1/jobs/reminders', { body: { description: 'Every morning', schedule } });
    expect((await skein(['jobs'])).out).toMatch(/reminders\s+0 9 \* \* \*.*active/);
    expect(await json('jobs', 'pause', 'reminders')).toMatchObject({ state: 'paused' });
    expect(await json('jobs', 'resume', 'reminders')).toMatchObject({ state: 'active' });
    const run = await json<{ id: string }>('jobs', 'trigger', 'reminders');
    expect(await json('jobs', 'runs', 'reminders')).toMatchObject({
      items: [{ id: run.id, cause: 'trigger' }],
    });
    expect(await skein(['jobs', 'show', 'nothing'])).toMatchObject({ code: 1 });
  });

  it('P8 M10 sends a template to a list, says what became of every place, and looks after the campaign', async () => {
    const [ana, ben] = [newNumber(), newNumber()];
    const list = join(elsewhere, 'list.csv');
    writeFileSync(list, `phone,name,off\n${ana},Ana,10%\n${ben},"Ben, B",20%\nnobody,x,y\n`);
    const sending = ['bulk', 'send', 'bienvenida_v1', list, '--campaign', 'spring'];
    const sent = await skein(sending);
    expect(sent.code).toBe(1);
    expect(sent.out).toMatch(/state +done\n.*numbers +3\n/);
    const batchId = /bulk results (\S+)/.exec(sent.err)?.[1] ?? '';
    const results = await json<object>('bulk', 'results', batchId);
    expect(results).toMatchObject({
      items: [{ phoneNumber: ana }, { phoneNumber: ben }, { error: { code: 'invalid_request' } }],
    });
    expect((await personOf(stack, 'whatsapp', ben).texts())[0]).toContain('Ben, B');
    const blind = await withoutStreams();
    const url = `http://127.0.0.1:${(blind.address() as AddressInfo).port}`;
    const unseen = await skein([
      'bulk',
      'send',
      'bienvenida_v1',
      list,
      '--url',
      url,
      '--key',
      stack.dev.apiKey,
    ]);
    blind.close();
    expect(unseen).toMatchObject({ code: 1, out: '' });
    const goesOn = /accepted and goes on.*\n.*skein bulk show (\S+)/.exec(unseen.err)?.[1] ?? '';
    expect(JSON.parse((await skein(['bulk', 'show', goesOn, '--json'])).out)).toMatchObject({ total: 3 });
    expect((await skein(['campaigns'])).out).toMatch(/spring +done +3/);
    expect(await json('campaigns', 'pause', 'spring')).toMatchObject({
      campaignId: 'spring',
      isPaused: true,
    });
    expect(await json('campaigns', 'resume', 'spring')).toMatchObject({ isPaused: false });
    expect(await skein(['campaigns', 'show', 'nothing'])).toMatchObject({ code: 1 });
    expect(await skein(['bulk', 'send', 'bienvenida_v1', join(elsewhere, 'none.csv')])).toMatchObject({
      code: 2,
    });
    const piped = await skein(['bulk', 'send', 'message_waiting', '-', '--json'], JSON.stringify([ana]));
    expect(piped.code).toBe(0);
    expect(JSON.parse(piped.out)).toMatchObject({ total: 1, state: 'done' });
  });
});

/** Does something with the login of the services. */
async function asServices(work: (link: ReturnType<typeof connectNats>) => Promise<void>): Promise<void> {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const url = `nats://skein:${secrets['nats.system'] ?? ''}@${new URL(stack.dev.natsUrl).host}`;
  const link = connectNats({ url, name: 'test', logger: createLogger('test', 'silent') });
  try {
    await link.whenUp(5000);
    await work(link);
  } finally {
    await link.close();
  }
}

describe('skein doctor', () => {
  it('B13 finds nothing wrong with a stack that works, and prints no secret', async () => {
    const well = await doctor();
    expect(well).toMatchObject({ code: 0, ok: true, bad: [], err: '' });
    const seen = well.all.filter(({ state }) => state === 'ok').map(({ check }) => check);
    expect(seen).toEqual(
      expect.arrayContaining(['api', 'key', 'migrations', 'streams', 'credentials', 'secret key']),
    );
    const secrets = readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8');
    const values = [...Object.values(JSON.parse(secrets) as Record<string, string>), stack.dev.apiKey];
    const text = (await skein(['doctor'])).out;
    for (const value of values) expect(well.out + text).not.toContain(value);
  });

  it('B13 says what it cannot see from where it is', async () => {
    const { code, out } = await callCli(
      [
        'doctor',
        '--json',
        '--url',
        stack.dev.apiUrl.replace('127.0.0.1', 'localhost'),
        '--key',
        stack.dev.apiKey,
      ],
      { cwd: elsewhere },
    );
    const { checks } = JSON.parse(out) as { checks: Check[] };
    expect(code).toBe(0);
    const unseen = checks.filter(({ state }) => state === 'unknown').map(({ check }) => check);
    expect(unseen).toEqual(['postgres', 'nats', 'secret key']);
  });

  it('B13 tells a wrong address, a wrong key and wrong settings apart', async () => {
    const bad = async (env: object) => {
      const called = await doctor({ ...env });
      expect(called.code).toBe(1);
      for (const { mend } of called.bad) expect(mend).toBeTruthy();
      return called.bad.map(({ check }) => check);
    };
    const [address, key, database, broker, secret] = await Promise.all(
      [
        { SKEIN_URL: 'http://127.0.0.1:9', SKEIN_API_KEY: 'x' },
        { SKEIN_API_KEY: 'wrong' },
        { DATABASE_URL: 'postgres://a:b@127.0.0.1:9/x' },
        { NATS_URL: 'nats://127.0.0.1:9' },
        { SKEIN_SECRET_KEY: Buffer.alloc(32, 1).toString('base64') },
      ].map(bad),
    );
    expect([address, key, database, broker]).toEqual([['api'], ['key'], ['postgres'], ['nats']]);
    expect(secret).toContain('channel wa-main');
  });

  it('B13 finds a migration that was not applied and a stream that is gone', async () => {
    const name = 'Campaigns1764200000000';
    const [row] = await stack.sql('DELETE FROM migrations WHERE name = $1 RETURNING timestamp', [name]);
    await asServices(async (link) => void (await (await link.manager()).streams.delete('EVENTS')));
    const { code, bad } = await doctor();
    await stack.sql('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [row?.['timestamp'], name]);
    expect(code).toBe(1);
    expect(bad).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'migrations', detail: expect.stringContaining(name) }),
        expect.objectContaining({ check: 'stream EVENTS' }),
      ]),
    );
    // Any send makes it again.
    await json('send', newNumber(), 'hello', '--channel', 'sms');
    await eventually(async () => expect((await doctor()).bad).toEqual([]), { timeoutMs: 30_000 });
  });

  it('B13 says that NATS is away, and that all is well once it is back', async () => {
    await stack.nats.kill('SIGKILL');
    try {
      const checks = await eventually(async () => {
        const { bad } = await doctor();
        return bad.some(({ check }) => check === 'ready') ? bad.map(({ check }) => check) : (false as never);
      });
      expect(checks).toEqual(['ready', 'nats']);
    } finally {
      await stack.nats.restart();
    }
    await eventually(async () => expect((await doctor()).bad).toEqual([]), { timeoutMs: 30_000 });
  });
});
