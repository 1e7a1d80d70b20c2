import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import type * as classic from 'nats';
import { mcpCaller } from './support/mcp.js';
import { send } from './support/messages.js';
import { personOf } from './support/people.js';

// The classic package is CommonJS and lives in the test workspace.
const { connect, JSONCodec } = createRequire(import.meta.url)('nats') as typeof classic;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  const group = personOf(stack, 'telegram', GROUP);
  for (const place of [group, personOf(stack, 'telegram', `${GROUP}:7`)]) {
    await place.writes({ text: 'hello', from: { id: 21, name: 'Ada' } });
    await place.sees((inbox) => inbox.length === 1);
  }
});
afterAll(() => stack.stop());

/** A Telegram group; its topics are threads. */
const GROUP = '-1009876543210';

const create = (body: object) => stack.api('POST', '/v1/targets', { body });
const put = (name: string, target: string, more: object = {}) =>
  stack.api('PUT', `/v1/targets/${encodeURIComponent(name)}`, { body: { target, ...more } });
const remove = (name: string) => stack.api('DELETE', `/v1/targets/${encodeURIComponent(name)}`);
const items = async () => (await stack.api<{ items: { target: string }[] }>('GET', '/v1/targets')).body.items;
const sendTo = (target: string, text: string) => send(stack, { to: { target }, text }, { prefer: 'wait=10' });
const textsAt = (kind: string, address: string) => personOf(stack, kind, address).texts();

describe('targets', () => {
  it('T2, T3: homes and aliases are made, listed, changed and removed', async () => {
    expect(await create({ platform: 'telegram', target: `telegram:${GROUP}` })).toMatchObject({
      status: 201,
      body: { target: 'telegram', platform: 'telegram', kind: 'home', label: 'Telegram' },
    });
    expect(await create({ name: 'slack:#ops', target: 'slack:C0GENERAL' })).toMatchObject({
      status: 201,
      body: { target: 'slack:#ops', platform: 'slack', kind: 'alias', label: '#ops' },
    });
    expect(await put('my-ops-alert', 'slack:#ops', { label: 'Alerts' })).toMatchObject({
      status: 200,
      body: {
        target: 'my-ops-alert',
        platform: 'slack',
        kind: 'alias',
        label: 'Alerts',
        standsFor: 'slack:#ops',
      },
    });
    expect((await items()).map(({ target }) => target)).toEqual(['telegram', 'my-ops-alert', 'slack:#ops']);
    const one = await stack.api('GET', `/v1/targets/${encodeURIComponent('slack:#ops')}`);
    expect(one.body).toMatchObject({ target: 'slack:#ops', standsFor: 'slack:C0GENERAL' });
    expect(await put('short-lived', 'telegram')).toMatchObject({
      status: 200,
      body: { platform: 'telegram' },
    });
    expect((await remove('short-lived')).status).toBe(204);
    expect((await remove('short-lived')).status).toBe(404);
  });

  it('T2: every form reaches the same chat over REST', async () => {
    const forms = [
      'telegram',
      'telegram:home',
      `telegram:${GROUP}`,
      'slack:C0GENERAL',
      'slack:#ops',
      'my-ops-alert',
      'telegram:home:7',
      `telegram:${GROUP}:7`,
    ];
    for (const form of forms)
      expect([form, (await sendTo(form, `to ${form}`)).body.status]).toEqual([form, 'sent']);
    expect(await textsAt('telegram', GROUP)).toEqual(
      expect.arrayContaining(forms.slice(0, 3).map((form) => `to ${form}`)),
    );
    expect(await textsAt('slack', 'C0GENERAL')).toEqual(forms.slice(3, 6).map((form) => `to ${form}`));
    expect(await textsAt('telegram', `${GROUP}:7`)).toEqual(
      expect.arrayContaining(forms.slice(6).map((form) => `to ${form}`)),
    );
  });

  it('T2: batch, plan, MCP and NATS know the same names', async () => {
    const to = { target: 'my-ops-alert' };
    const batch = await stack.api('POST', '/v1/messages/batch', {
      body: [
        { to, text: 'in a batch' },
        { to: { target: 'nobody' }, text: 'x' },
      ],
    });
    expect(batch.body).toMatchObject({
      results: [
        { messageId: expect.any(String) },
        { error: { code: 'invalid_request', choices: expect.any(Array) } },
      ],
    });
    const planned = await stack.api('POST', '/v1/messages/plan', { body: { to, text: 'x' } });
    expect(planned.body).toMatchObject({
      status: 'queued',
      channel: { kind: 'slack' },
      address: 'C0GENERAL',
    });
    const mcp = await mcpCaller(stack);
    const same = await mcp.call('plan_message', { to, text: 'x' });
    expect(same.structured).toEqual(planned.body);
    await mcp.close();
    const url = new URL(stack.dev.natsUrl);
    const nats = await connect({
      servers: url.host,
      user: decodeURIComponent(url.username),
      pass: decodeURIComponent(url.password),
    });
    const published = { to, text: 'over NATS' };
    nats.publish(`skein.send.${stack.dev.workspaceId}.targets-1`, JSONCodec().encode(published));
    await nats.flush();
    await eventually(async () =>
      expect(await textsAt('slack', 'C0GENERAL')).toEqual(
        expect.arrayContaining(['in a batch', 'over NATS']),
      ),
    );
    await nats.close();
  });

  it('T2: an unknown target is denied with what there is; a channel of another platform too', async () => {
    for (const target of ['nobody', 'discord', 'slack:#sales', 'origin', 'slack:#ops:T123', 'my-ops-alert:'])
      expect([target, await sendTo(target, 'x')]).toMatchObject([
        target,
        {
          status: 400,
          body: {
            code: 'invalid_request',
            errors: [{ field: 'to.target' }],
            choices: ['telegram', 'my-ops-alert', 'slack:#ops'],
            detail: expect.stringContaining('There are telegram, my-ops-alert, slack:#ops'),
          },
        },
      ]);
    const elsewhere = await send(stack, {
      channelId: stack.dev.channels['discord'],
      to: { target: 'my-ops-alert' },
      text: 'x',
    });
    expect(elsewhere).toMatchObject({ status: 400, body: { errors: [{ field: 'to.target' }] } });
  });

  it('T2: loops are refused when made, also when made at the same time, and harmless when reached', async () => {
    expect(await put('me', 'me')).toMatchObject({ status: 400, body: { errors: [{ field: 'target' }] } });
    await put('a', 'telegram');
    await put('b', 'a');
    expect(await put('a', 'b')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('leads back') },
    });
    expect((await sendTo('b', 'still fine')).body.delivered).toBe(true);
    await put('b', 'telegram');
    const both = await Promise.all([put('a', 'b'), put('b', 'a')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    await stack.sql(
      `INSERT INTO targets (workspace_id, name, kind, target, label)
       VALUES ($1, 'x', 'alias', 'y', 'x'), ($1, 'y', 'alias', 'x', 'y')`,
      [stack.dev.workspaceId],
    );
    await eventually(async () => {
      const denied = await sendTo('x', 'round and round');
      expect(denied).toMatchObject({ status: 400, body: { detail: expect.stringContaining('leads back') } });
    });
    expect(await items()).toEqual(
      expect.arrayContaining([expect.objectContaining({ target: 'x', platform: null })]),
    );
    for (const name of ['x', 'y', 'a', 'b']) await remove(name);
  });

  it.each<[string, object, string]>([
    ['no name', { target: 'telegram:1' }, 'name'],
    ['a name with a space', { name: 'two words', target: 'telegram:1' }, 'name'],
    ['a name with a bell', { name: 'a\u0007', target: 'telegram:1' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(129), target: 'telegram:1' }, 'name'],
    ['origin', { name: 'origin', target: 'telegram:1' }, 'name'],
    ['a taken name', { name: 'slack:#ops', target: 'telegram:1' }, 'name'],
    ['no target', { name: 'new' }, 'target'],
    ['a target that is none', { name: 'new', target: 'slack:#nowhere' }, 'target'],
    ['half of a pair', { name: 'new\ud800', target: 'telegram:1' }, 'name'],
    ['a home elsewhere', { platform: 'discord', target: 'telegram:1' }, 'target'],
    ['a platform that is none', { platform: 'fax', target: 'telegram:1' }, 'platform'],
    ['two names', { name: 'new', platform: 'discord', target: 'telegram:1' }, 'platform'],
    ['a kind that the name is not', { name: 'new', kind: 'home', target: 'telegram:1' }, 'kind'],
    ['an unknown field', { name: 'new', target: 'telegram:1', colour: 'red' }, 'colour'],
  ])('T2: refuses %s', async (_name, body, field) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('T2: names belong to their workspace, and odd ones do not exist', async () => {
    await stack.sql(
      `INSERT INTO workspaces (id, name) VALUES ('0191d3a0-0000-7000-8000-0000000000aa', 'Other')`,
    );
    await stack.sql(
      `INSERT INTO targets (workspace_id, name, kind, target, label)
       VALUES ('0191d3a0-0000-7000-8000-0000000000aa', 'theirs', 'alias', 'slack:C0GENERAL', 'theirs')`,
    );
    expect((await items()).map(({ target }) => target)).not.toContain('theirs');
    expect((await sendTo('theirs', 'x')).status).toBe(400);
    for (const name of ['theirs', "'; --", '%00', '%F0%9F%92%A9'])
      for (const method of ['GET', 'DELETE'])
        expect([name, (await stack.api(method, `/v1/targets/${name}`)).status]).toEqual([name, 404]);
  });
});
