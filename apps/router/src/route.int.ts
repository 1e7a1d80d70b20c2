import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, voiceOf, type MessageContent, type SendCommand } from '@skein/contracts';
import { acceptMessages, dataSourceOf, dbOf, type AcceptItem, type Db } from '@skein/persistence';
import { startInfra, type Infra } from '@skein/testing';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { Catalog } from './catalog.js';
import { planMessage } from './plan.js';
import { routeMessages } from './route.js';

let infra: Infra;
let source: DataSource;
let db: Db;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 6, applicationName: 'test' }).initialize();
  db = dbOf(source);
  const ws = infra.workspaceId;
  await infra.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'test')`, [ws]);
  await infra.sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'bot', 'Bot')`, [ws]);
  await infra.sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name, settings)
     VALUES ('wa', $1, 'whatsapp', '1', 'bot', 'wa', '{"optInTemplates": {"utility": "ask"}}'),
            ('mail', $1, 'email', 'a@b.test', 'bot', 'mail', '{}'), ('tg', $1, 'telegram', '7', 'bot', 'tg', '{}'),
            ('web', $1, 'web-chat', 'w', 'bot', 'web', '{}')`,
    [ws],
  );
  await infra.sql(
    `INSERT INTO templates (id, workspace_id, channel_id, name, language, category, status, shape, body)
     VALUES ($1, $2, 'wa', 'ask', 'en_US', 'utility', 'approved', '{"headerParams": 0, "bodyParams": 0, "buttons": []}', 'Reply, please.')`,
    [newId(), ws],
  );
});

afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

async function accept(...commands: (Partial<SendCommand> & Pick<SendCommand, 'to'>)[]): Promise<string[]> {
  const items = commands.map((command): AcceptItem => ({
    workspaceId: infra.workspaceId,
    messageId: newId(),
    idempotencyKey: null,
    bodyHash: Buffer.alloc(32),
    command: { form: 1, channelId: 'wa', kind: 'whatsapp', content: { text: 'hi' }, options: {}, ...command },
    ...voiceOf(command.content ?? {}, 'api'),
    origin: 'api',
    campaignId: null,
    dueAt: null,
    text: 'hi',
  }));
  await acceptMessages(db, items);
  return items.map((item) => item.messageId);
}

const context = {
  catalog: new Catalog(),
  publicUrl: 'https://skein.test',
  fileUrl: (_: string, id: string) => `https://skein.test/${id}`,
};
const route = (ids: string[]) => db.transaction((sql) => routeMessages(sql, context, ids));

async function open(address: string): Promise<void> {
  await infra.sql(
    `INSERT INTO lanes (workspace_id, channel_id, address, window_until) VALUES ($1, 'wa', $2, now() + interval '1 day')
     ON CONFLICT (channel_id, address) DO UPDATE SET window_until = excluded.window_until`,
    [infra.workspaceId, address],
  );
}

const statusOf = async (ids: string[]): Promise<string[]> => {
  const rows = await infra.sql<{ id: string; said: string }>(
    `SELECT id, concat_ws(' ', status, reason) AS said FROM messages WHERE id = ANY ($1)`,
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row.said]));
  return ids.map((id) => byId.get(id) ?? '');
};

const callsTo = (address: string) =>
  infra.sql<{ message_id: string; purpose: string; part: { type: string } }>(
    `SELECT c.message_id, c.purpose, c.part FROM calls c JOIN lanes l ON l.id = c.lane_id WHERE l.address = $1 ORDER BY c.id`,
    [address],
  );

describe('routeMessages', () => {
  it('P4: queues a message in an open window, once, whoever routes it', async () => {
    const address = '+447700905001';
    await open(address);
    const ids = await accept({ to: { phoneNumber: address } }, { to: { phoneNumber: address } });
    await Promise.all([route(ids), route([...ids].reverse())]);
    expect(await statusOf(ids)).toEqual(['queued', 'queued']);
    expect((await callsTo(address)).map((call) => call.message_id)).toEqual(ids);
  });

  it('takes older messages to the same person first, whatever way they name the person', async () => {
    const address = '+447700905002';
    await open(address);
    const [first] = await accept({ to: { phoneNumber: address } });
    await route([first as string]);
    const [row] = await infra.sql<{ thread_id: string }>('SELECT thread_id FROM messages WHERE id = $1', [
      first,
    ]);
    const older = await accept({ to: { conversationId: row?.thread_id as string } });
    const newer = await accept({ to: { phoneNumber: address } });
    await route(newer);
    expect((await callsTo(address)).map((call) => call.message_id)).toEqual([first, ...older, ...newer]);
  });

  it('P5: holds three messages behind one prompt', async () => {
    const address = '+447700905003';
    const to = { phoneNumber: address };
    const ids = await accept({ to }, { to }, { to });
    const result = await route(ids);
    expect(await statusOf(ids)).toEqual(['held', 'held', 'held']);
    expect((await callsTo(address)).map((call) => [call.purpose, call.part.type])).toEqual([
      ['opt_in_prompt', 'template'],
    ]);
    expect(result.outbox.map((row) => [row.type, row.items.length])).toEqual([['message-held', 3]]);
    const [prompt] = await infra.sql(
      `SELECT author, status, text FROM messages WHERE purpose = 'opt_in_prompt' AND lane_id = (SELECT id FROM lanes WHERE address = $1)`,
      [address],
    );
    expect(prompt).toEqual({ author: 'system', status: 'queued', text: 'Reply, please.' });
  });

  it('M2: form 2 needs a conversation that exists', async () => {
    const ids = await accept({ form: 2, to: { address: '+447700905004' } }, { to: { userId: 'nobody' } });
    await route(ids);
    expect(await statusOf(ids)).toEqual(['failed no_conversation', 'failed not_found']);
  });

  it('P6: fails on a closed window when asked to, and leaves no call behind', async () => {
    const address = '+447700905005';
    const ids = await accept({
      to: { phoneNumber: address },
      options: { whatsapp: { onClosedWindow: 'fail' } },
    });
    await route(ids);
    expect(await statusOf(ids)).toEqual(['blocked window_closed']);
    expect(await callsTo(address)).toEqual([]);
  });

  it('M4: writes what the caller tells of its contact and merges custom fields', async () => {
    const address = '+447700905006';
    await open(address);
    const to = { phoneNumber: address };
    const [one] = await accept({ to, client: { name: 'Ana', customFields: { plate: 'ABC', city: 'Lima' } } });
    await route([one as string]);
    await route(await accept({ to, client: { customFields: { city: 'Quito' } } }));
    const [contact] = await infra.sql(
      'SELECT c.name, c.custom_fields FROM contacts c JOIN messages m ON m.contact_id = c.id WHERE m.id = $1',
      [one],
    );
    expect(contact).toEqual({ name: 'Ana', custom_fields: { plate: 'ABC', city: 'Quito' } });
  });

  it('P10: renders mail as one call with subject, text and HTML', async () => {
    const to = { email: 'ana@example.test' };
    const content = { email: { subject: 'Report', text: 'Here it is.' } };
    const ids = await accept({ to, channelId: 'mail', kind: 'email', content });
    await route(ids);
    expect(await statusOf(ids)).toEqual(['queued']);
    const [call] = await callsTo('ana@example.test');
    expect(call?.part).toMatchObject({
      type: 'email',
      subject: 'Report',
      text: expect.stringContaining('Here it is.'),
    });
  });

  it('P13: a warm kind reaches only people who wrote, whatever way they are named', async () => {
    const telegram = { channelId: 'tg', kind: 'telegram' } as const;
    const contactId = newId();
    const ws = infra.workspaceId;
    await infra.sql(`INSERT INTO contacts (id, workspace_id, user_id) VALUES ($1, $2, 'ann')`, [
      contactId,
      ws,
    ]);
    await infra.sql(
      `INSERT INTO identities (workspace_id, kind, address, lane_address, contact_id, provenance)
       VALUES ($1, 'telegram', '4711', '4711', $2, 'api')`,
      [ws, contactId],
    );
    const send = () =>
      accept(
        { ...telegram, to: { address: '4711' } },
        { ...telegram, to: { userId: 'ann' } },
        { ...telegram, to: { address: '4712' } },
      );
    const cold = await send();
    await route(cold);
    expect(new Set(await statusOf(cold))).toEqual(new Set(['failed no_conversation']));
    await infra.sql(`UPDATE identities SET last_inbound_at = now() WHERE address = '4711'`);
    const warm = await send();
    await route(warm);
    expect(await statusOf(warm)).toEqual(['queued', 'queued', 'failed no_conversation']);
  });

  it('P12: reaches a known user on web chat who never opened it', async () => {
    const to = { userId: 'bea' };
    await infra.sql(`INSERT INTO contacts (id, workspace_id, user_id) VALUES ($1, $2, 'bea')`, [
      newId(),
      infra.workspaceId,
    ]);
    const web = { channelId: 'web', kind: 'web-chat' } as const;
    const ids = await accept({ ...web, to }, { ...web, to: { userId: 'stranger' } });
    await route(ids);
    expect(await statusOf(ids)).toEqual(['queued', 'failed not_found']);
    expect(await callsTo('u:bea')).toHaveLength(1);
    const [owner] = await infra.sql(
      `SELECT c.user_id FROM identities i JOIN contacts c ON c.id = i.contact_id WHERE i.address = 'u:bea'`,
    );
    expect(owner).toEqual({ user_id: 'bea' });
  });

  it('P16: notes the numbered choices of the last message, and forgets them with the next', async () => {
    const address = '+447700905077';
    await open(address);
    const actions = Array.from({ length: 12 }, (_, index) => `- [Label ${index}](id${index})`);
    const to = { phoneNumber: address };
    const choicesOf = async () =>
      (await infra.sql<{ choices: unknown }>(`SELECT choices FROM lanes WHERE address = $1`, [address]))[0]
        ?.choices;
    await route(await accept({ to, content: { text: ['::: actions', ...actions, ':::'].join('\n') } }));
    expect(await choicesOf()).toContainEqual({ number: 2, id: 'id1', label: 'Label 1' });
    await route(await accept({ to }));
    expect(await choicesOf()).toBeNull();
    const content = { text: ['::: actions', ...actions, ':::'].join('\n') };
    await route(await accept({ to, content }, { to }));
    expect(await choicesOf()).toBeNull();
  });

  it('P18: a reaction goes to a message of the same person, by the id the platform gave it', async () => {
    const address = '+447700905078';
    await open(address);
    const to = { phoneNumber: address };
    const [target] = await accept({ to });
    await route([target as string]);
    await infra.sql(`UPDATE calls SET provider_id = 'wamid.7' WHERE message_id = $1`, [target]);
    const reaction = { messageId: target as string, emoji: '👍' };
    const ids = await accept(
      { to, content: { reaction } },
      { to: { phoneNumber: '+447700905079' }, content: { reaction } },
    );
    await open('+447700905079');
    await route(ids);
    expect(await statusOf(ids)).toEqual(['queued', 'failed not_found']);
    expect((await callsTo(address)).at(-1)?.part).toEqual({
      type: 'reaction',
      providerMessageId: 'wamid.7',
      emoji: '👍',
    });
  });

  it('B1 M5: a plan is what then happens, and leaves nothing behind', async () => {
    const person = fc.integer({ min: 0, max: 5 }).map((index) => `+4477009061${index}0`);
    const text = fc.constantFrom(
      'hi',
      '**bold**\n::: actions\n- Yes\n- No\n:::',
      '::: table\na,b\n:::',
      ' ',
      'x '.repeat(40_000),
    );
    const content = fc.oneof(
      text.map((said): MessageContent => ({ text: said })),
      fc
        .constantFrom('wait' as const, 'resume' as const)
        .map((mode) => ({ text: 'Be kind', instruction: { mode } })),
    );
    const options = fc.constantFrom(
      {},
      { whatsapp: { onClosedWindow: 'fail' as const } },
      { holdForSeconds: 60 },
    );
    const to = fc.oneof(
      person.map((phoneNumber) => ({ phoneNumber })),
      fc.constantFrom({ userId: 'nobody' }, { conversationId: newId() }),
    );
    await open('+447700906100');
    await open('+447700906120');
    const rows = () =>
      infra.sql(`SELECT (SELECT count(*) FROM contacts)::int AS contacts, (SELECT count(*) FROM lanes)::int AS lanes,
        (SELECT count(*) FROM messages)::int AS messages, (SELECT count(*) FROM calls)::int AS calls,
        (SELECT count(*) FROM turns)::int AS turns`);
    await fc.assert(
      fc.asyncProperty(to, content, options, async (recipient, said, chosen) => {
        const command = { to: recipient, content: said, options: chosen };
        const base = { form: 1, channelId: 'wa', kind: 'whatsapp' } as const;
        const before = await rows();
        const plan = await planMessage(db, context, {
          workspaceId: infra.workspaceId,
          command: { ...base, ...command },
          origin: 'api',
          campaignId: null,
          dueAt: null,
        });
        expect(await rows()).toEqual(before);
        const [id] = await accept(command);
        await route([id as string]);
        const [row] = await infra.sql(`SELECT status, reason, parts, losses FROM messages WHERE id = $1`, [
          id,
        ]);
        const { status, reason = null, parts, losses } = plan;
        expect({ status, reason, parts, losses }).toEqual({ parts: [], losses: [], ...row });
      }),
      { numRuns: 40 },
    );
  });
});
