import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { request } from 'undici';
import { mcpCaller, type McpCaller } from './support/mcp.js';
import { newNumber, openWindow, personOf } from './support/people.js';

let stack: Stack;
let mcp: McpCaller;
let channelId: string;

beforeAll(async () => {
  stack = await startStack();
  mcp = await mcpCaller(stack);
  channelId = stack.dev.channels['whatsapp'] ?? '';
});
afterAll(async () => {
  await mcp.close();
  await stack.stop();
});

/** One JSON-RPC message without the official client. */
const post = (body: unknown, headers: Record<string, string> = {}) =>
  stack.api('POST', '/mcp', {
    body,
    headers: { accept: 'application/json, text/event-stream', ...headers },
  });
const callOf = (args: object, name = 'send_message') => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
  params: { name, arguments: args },
});

/** The customer of the source's examples, who has 5211234567890 on WhatsApp. */
const ANA = '+521234567890';

const READS = [
  'get_conversation_messages',
  'get_message',
  'list_channels',
  'list_conversations',
  'list_messages',
  'list_targets',
  'list_templates',
  'plan_message',
];
const WRITES = ['send_message', 'send_template_message', 'send_to_target'];

describe('the MCP server', () => {
  it('M9: lists its tools with schemas; what sends is marked as write and not destructive, what reads as read-only', async () => {
    const { tools } = await mcp.client.listTools();
    const marked = (isRead: boolean) =>
      tools
        .filter(({ annotations }) => annotations?.readOnlyHint === isRead)
        .map(({ name }) => name)
        .sort();
    expect(marked(true)).toEqual(READS);
    expect(marked(false)).toEqual(WRITES);
    expect(tools.every(({ annotations }) => annotations?.destructiveHint === false)).toBe(true);
    expect(tools.every(({ outputSchema }) => outputSchema !== undefined)).toBe(true);
    const send = tools.find(({ name }) => name === 'send_message');
    expect(send?.inputSchema.required).toEqual(['channelId', 'conversationId', 'content']);
    expect(Object.keys(send?.inputSchema.properties ?? {}).sort()).toEqual(
      expect.arrayContaining(['campaignId', 'client', 'delay', 'idempotencyKey', 'scheduleTime', 'type']),
    );
  });

  it('M9, M1, M4: the invocation and media examples of the source', async () => {
    const ana = await openWindow(stack, ANA);
    const sent = await mcp.call('send_message', {
      channelId,
      conversationId: ANA,
      content: 'Hola, te escribo desde Platica API',
      client: { name: 'Ana López', customFields: { placas: 'ABC123' } },
    });
    expect(sent).toMatchObject({ isError: false, structured: { delivered: true, queued: false } });
    expect(JSON.parse(sent.text)).toEqual(sent.structured);
    const media = await mcp.call('send_message', {
      channelId,
      conversationId: ANA,
      type: 'image',
      content: { image: { url: `${stack.dev.sandboxUrl}/files/small.jpg`, caption: 'Aquí está la foto' } },
    });
    expect(media).toMatchObject({ isError: false, structured: { delivered: true } });
    const inbox = await ana.sees((seen) => seen.length === 3);
    expect(inbox.slice(1).map(({ type, text }) => [type, text])).toEqual([
      ['text', 'Hola, te escribo desde Platica API'],
      ['image', 'Aquí está la foto'],
    ]);
    const found = await stack.api('GET', `/v1/conversations/${sent.structured['conversationId'] as string}`);
    expect(found.body).toMatchObject({
      contact: { name: 'Ana López', customFields: { placas: 'ABC123' } },
    });
  });

  it('M9, M6: the template example of the source creates the customer', async () => {
    const cold = personOf(stack, 'whatsapp', newNumber());
    const sent = await mcp.call('send_template_message', {
      channelId,
      conversationId: cold.address,
      template: { name: 'bienvenida_v1', params: ['Ana', '10%'] },
      client: { name: 'Ana López', email: 'ana@example.com' },
    });
    expect(sent).toMatchObject({ isError: false, structured: { delivered: true } });
    const [seen] = await cold.sees((inbox) => inbox.length === 1);
    expect([seen?.template?.name, seen?.text]).toEqual(['bienvenida_v1', expect.stringContaining('10%')]);
    const missing = await mcp.call('send_template_message', {
      channelId,
      conversationId: cold.address,
      template: { name: 'no_such' },
    });
    expect(missing).toMatchObject({ isError: true, structured: { code: 'template_not_found' } });
  });

  it('M9, M5: the instruction example of the source never reaches the person', async () => {
    const person = await openWindow(stack, newNumber());
    const told = await mcp.call('send_message', {
      channelId,
      conversationId: person.address,
      type: 'instruction',
      content: { text: 'Continúa con el flujo de venta y ofrece un descuento del 10%.', mode: 'resume' },
    });
    expect(told).toMatchObject({
      isError: false,
      structured: { status: expect.stringMatching(/delivered|read/) },
    });
    expect((await person.texts()).join()).not.toContain('descuento');
    const thread = await mcp.call('get_conversation_messages', {
      conversationId: told.structured['conversationId'],
    });
    expect(thread.text).toContain('ofrece un descuento del 10%');
  });

  it('M3, B2: a closed window is an error that says what to do, and nothing goes out later', async () => {
    const person = await openWindow(stack, newNumber());
    await stack.sandbox('POST', '/clock', { body: { advanceSeconds: 25 * 3600 } });
    const args = { channelId, conversationId: person.address, content: 'Too late' };
    const planned = await mcp.call('plan_message', args);
    expect(planned).toMatchObject({
      isError: false,
      structured: { status: 'blocked', reason: 'window_closed', window: { open: false } },
    });
    const refused = await mcp.call('send_message', args);
    expect(refused).toMatchObject({
      isError: true,
      structured: { code: 'window_closed', retryable: false, next: [expect.any(String), expect.any(String)] },
    });
    const messageId = refused.structured['messageId'] as string;
    await person.writes('I am back');
    await person.sees((inbox) => inbox.length === 2);
    expect(await person.texts()).not.toContain('Too late');
    expect((await mcp.call('get_message', { messageId })).structured).toMatchObject({ status: 'blocked' });
  });

  it('M9, B1: plans both forms and sends nothing', async () => {
    const number = newNumber();
    const first = await mcp.call('plan_message', {
      channel: 'whatsapp',
      to: { phoneNumber: number },
      text: 'Hi',
    });
    expect(first).toMatchObject({ isError: false, structured: { status: 'held', address: number } });
    const second = await mcp.call('plan_message', { channelId, conversationId: number, content: 'Hi' });
    expect(second).toMatchObject({
      isError: false,
      structured: { status: 'failed', reason: 'no_conversation' },
    });
    expect(await personOf(stack, 'whatsapp', number).inbox()).toEqual([]);
  });

  it('M9, B2: the same key sends once; another message under it is refused', async () => {
    const person = await openWindow(stack, newNumber());
    const args = {
      channelId,
      conversationId: person.address,
      content: 'Once',
      idempotencyKey: `mcp-${person.address}`,
    };
    const answers = await Promise.all([1, 2, 3].map(() => mcp.call('send_message', args)));
    expect(new Set(answers.map(({ structured }) => structured['messageId'])).size).toBe(1);
    expect(answers.every(({ isError }) => !isError)).toBe(true);
    const other = await mcp.call('send_message', { ...args, content: 'Twice' });
    expect(other).toMatchObject({ isError: true, structured: { code: 'idempotency_conflict' } });
    expect((await person.texts()).slice(1)).toEqual(['Once']);
  });

  it('M9, B3: reads conversations, messages, channels, templates and targets, page by page', async () => {
    const page = await mcp.call('list_conversations', { limit: 1 });
    expect(page.structured).toMatchObject({ items: [{ contact: {} }], nextCursor: expect.any(String) });
    const next = await mcp.call('list_conversations', { limit: 1, cursor: page.structured['nextCursor'] });
    expect(next.isError).toBe(false);
    expect(next.structured['items']).not.toEqual(page.structured['items']);
    const sent = await mcp.call('list_messages', { status: 'delivered', channel: 'whatsapp', limit: 5 });
    const [message] = sent.structured['items'] as { id: string }[];
    const one = await mcp.call('get_message', { messageId: message?.id });
    expect(one.structured).toMatchObject({ id: message?.id, timeline: expect.any(Array) });
    expect(JSON.stringify(one.structured['timeline'])).toContain('attempt');
    const channels = await mcp.call('list_channels');
    expect(JSON.stringify(channels.structured)).toContain(channelId);
    expect(channels.text).not.toMatch(/accessToken|credential/i);
    const templates = await mcp.call('list_templates', { channelId });
    expect(templates.text).toContain('bienvenida_v1');
    await stack.api('PUT', '/v1/targets/mcp-room', { body: { target: 'slack:C0GENERAL' } });
    const targets = await mcp.call('list_targets');
    expect(targets.structured['items']).toEqual([
      {
        target: 'mcp-room',
        platform: 'slack',
        kind: 'alias',
        label: 'mcp-room',
        standsFor: 'slack:C0GENERAL',
      },
    ]);
    await stack.api('DELETE', '/v1/targets/mcp-room');
  });
});

describe('bad calls to the MCP server', () => {
  it.each<[string, Record<string, unknown>, object]>([
    ['send_message', { content: 'x' }, { code: 'invalid_request' }],
    [
      'send_message',
      { channelId: 'wa', conversationId: '+1', content: 'x', to: {} },
      { errors: [{ field: 'to' }] },
    ],
    [
      'send_message',
      { channelId: 'nope', conversationId: '+442071838750', content: 'x' },
      { code: 'unknown_channel' },
    ],
    [
      'send_message',
      { channelId: 'a', conversationId: 'b', content: 'x', extra: 1 },
      { errors: [{ field: 'extra' }] },
    ],
    [
      'send_message',
      { channelId: 'a', conversationId: 'b', content: 'x', idempotencyKey: 7 },
      { errors: [{ field: 'idempotencyKey' }] },
    ],
    ['send_template_message', { channelId: 'a', conversationId: 'b' }, { code: 'invalid_request' }],
    ['plan_message', {}, { code: 'invalid_request' }],
    ['get_message', {}, { errors: [{ field: 'messageId' }] }],
    ['get_message', { messageId: "'; --" }, { code: 'not_found' }],
    ['get_conversation_messages', { conversationId: 'odd' }, { code: 'not_found' }],
    ['list_messages', { status: 'lost' }, { errors: [{ field: 'status' }] }],
    ['list_conversations', { cursor: { a: 1 } }, { errors: [{ field: 'cursor' }] }],
    ['list_conversations', { limit: 100_000 }, { errors: [{ field: 'limit' }] }],
    ['list_templates', { page: '2' }, { errors: [{ field: 'page' }] }],
  ])('M9, B2: %s %j is an error the caller can read', async (name, args, problem) => {
    expect(await mcp.call(name, args)).toMatchObject({ isError: true, structured: problem });
  });

  it('M9: nobody without a key, no strange page, no unknown tool, no odd token, no session', async () => {
    await expect(mcpCaller(stack, { headers: { Authorization: 'Bearer nobody' } })).rejects.toThrow();
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await post(list, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(list, { origin: 'http://localhost:5173' })).status).toBe(200);
    await expect(mcp.call('drop_tables')).rejects.toThrow('There is no tool');
    expect((await post('{"jsonrpc":', {})).status).toBe(400);
    expect((await stack.api('GET', '/mcp')).status).toBe(405);
    expect((await stack.api('DELETE', '/mcp')).status).toBe(405);
    const odd = await post(callOf({ channelId, conversationId: newNumber(), content: 'x' }), {
      'skein-turn': 'made-up',
    });
    expect(odd.body).toMatchObject({ result: { isError: true, structuredContent: { code: 'forbidden' } } });
  });

  it('M9: a batch is refused, although it cancels its own call; nothing of it is done', async () => {
    const person = await openWindow(stack, newNumber());
    const send = callOf({ channelId, conversationId: person.address, content: 'In a batch' });
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    for (const batch of [[send, cancel], [send], []])
      expect(await post(batch)).toMatchObject({ status: 400, body: { error: { code: -32_600 }, id: null } });
    expect(await person.texts()).not.toContain('In a batch');
  });

  it.each(['send_message', 'send_template_message', 'plan_message'])(
    'M9: arguments of %s nested without end are a wrong field',
    async (name) => {
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const call = JSON.stringify(callOf({ content: 'DEEP' }, name)).replace('"DEEP"', deep);
      const { body } = await post(Buffer.from(call), { 'content-type': 'application/json' });
      const problem = {
        code: 'invalid_request',
        errors: [{ reason: expect.stringContaining('nested deeper') }],
      };
      expect(body).toMatchObject({ result: { isError: true, structuredContent: problem } });
    },
  );

  it('M9: a client that goes away in the middle of a call disturbs nobody, and what it sent goes out', async () => {
    const person = await openWindow(stack, newNumber());
    await stack.sandbox('POST', '/faults', {
      body: { kind: 'whatsapp', fault: 'hang', times: 1, delayMs: 5000 },
    });
    const gone = new AbortController();
    const going = request(`${stack.dev.apiUrl}/mcp`, {
      method: 'POST',
      headers: {
        'x-api-key': stack.dev.apiKey,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(callOf({ channelId, conversationId: person.address, content: 'I hung up' })),
      signal: gone.signal,
    });
    const ended = expect(going).rejects.toThrow();
    await eventually(async () => {
      const rows = await stack.sql('SELECT 1 FROM messages WHERE text = $1', ['I hung up']);
      expect(rows).toHaveLength(1);
    });
    gone.abort();
    await ended;
    expect((await mcp.call('list_channels')).isError).toBe(false);
    await person.sees((inbox) => inbox.at(-1)?.text === 'I hung up', 40_000);
  });
});
