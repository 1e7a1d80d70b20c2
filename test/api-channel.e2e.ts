import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, statusOrCut, type Stack } from '@skein/testing';
import { ApiCaller, textOf, wordsOf, type Answered } from './support/api-caller.js';
import { HttpAgent, type AskedTurn, type Said } from './support/http-agent.js';
import { entries, send, untilStatus } from './support/messages.js';

let stack: Stack;
/** Serves a file under every name. */
const files = createServer((_request, response) => void response.end('%PDF-1.4 an offer'));
let fileHost: string;
let agent: HttpAgent;
let caller: ApiCaller;
let slow: Promise<Answered>;
const usual: HttpAgent['answer'] = ({ message }) => ({ body: { text: `re: ${message.text}` } });

beforeAll(async () => {
  agent = await HttpAgent.start();
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  fileHost = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: `${agent.host},${fileHost}` } });
  caller = new ApiCaller(stack);
  await agent.serve(stack, 'api', { id: 'shop', name: 'Shop' });
  // It takes 30 s to fail, so it starts now.
  slow = post('IMAGE', { image: { url: file('slow.jpg') } });
});
afterEach(() => {
  agent.answer = usual;
  agent.asked.splice(0);
});
afterAll(async () => {
  await caller.close();
  await agent.stop();
  files.closeAllConnections();
  await new Promise((resolve) => files.close(resolve));
  await stack.stop();
});

const says = (who: string, text: string, headers = {}): Promise<Answered> => caller.says(who, text, headers);
const file = (name: string): string => `${stack.dev.sandboxUrl}/files/${name}`;
const post = (type: string, content: object): Promise<Answered> =>
  caller.post({ type, contactIdentifier: 'files@example.com', content });
const answers = (body: object): void => void (agent.answer = () => ({ body }));
const inboundCount = async (): Promise<number> =>
  (await stack.sql(`SELECT 1 FROM inbound_events WHERE channel_id = 'api-main'`)).length;

describe('the synchronous API channel', () => {
  it('S1: the JavaScript of the source runs as it is written', async () => {
    const fetch = (path: string, init: RequestInit): Promise<Response> =>
      globalThis.fetch(`${stack.dev.apiUrl}${path}`, init);
    async function sendMessage(channelId: string, apiKey: string, message: string): Promise<unknown> {
      const response = await fetch(`/api/v1/channels/${channelId}/messages`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-API-Key': apiKey,
        },
        body: JSON.stringify({
          content: {
            text: {
              body: message,
            },
          },
          type: 'TEXT',
          contactIdentifier: 'user@example.com',
        }),
      });

      if (!response.ok) {
        throw new Error(`HTTP ${response.status}: ${response.statusText}`);
      }

      return await response.json();
    }
    const result = await sendMessage('api-main', stack.dev.apiKey, 'Hello!');
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(result).toEqual({
      success: true,
      contactId: uuid,
      conversationId: uuid,
      messageId: uuid,
      conversation: {
        id: (result as { conversationId: string }).conversationId,
        status: 'ACTIVE',
        assignedToHuman: false,
        aiAgentId: 'shop',
        aiAgentName: 'Shop',
      },
      aiMessages: [
        {
          id: uuid,
          type: 'TEXT',
          content: { text: { body: 're: Hello!' } },
          sender_type: 'AI',
          sender_name: 'Shop',
          createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
        },
      ],
      usage: { credits: 1 },
    });
    await expect(sendMessage('channel_123', stack.dev.apiKey, 'Hello!')).rejects.toThrow('HTTP 404');
    await expect(sendMessage('api-main', 'your_api_key', 'Hello!')).rejects.toThrow('HTTP 401');
  });

  it('S1 R9: several messages in order, what the channel cannot show as words, files behind signed addresses, credits', async () => {
    const bytes = Buffer.from('%PDF-1.4 an offer');
    const stored = await stack.api<{ id: string }>('POST', '/v1/media?filename=offer.pdf', {
      body: bytes,
      headers: { 'content-type': 'application/pdf' },
    });
    const picture = `${stack.dev.sandboxUrl}/files/small.jpg`;
    await stack.api('PATCH', '/v1/agents/shop', {
      body: { credits: { perTurn: 2, perThousandTokens: 0.5 } },
    });
    answers({
      messages: [
        'One moment.',
        { image: { url: picture, caption: 'The room' } },
        { file: { mediaId: stored.body.id, filename: 'offer.pdf' } },
        'Which?\n::: actions\n- [This](a)\n- [That](b)\n:::',
      ],
      usage: { tokens: 3000 },
    });
    const { body } = await says('several@example.com', 'What do you have?');
    expect(body.aiMessages.map(({ type }) => type)).toEqual(['TEXT', 'IMAGE', 'DOCUMENT', 'TEXT']);
    const [first, image, file, last] = body.aiMessages;
    expect(first?.content).toEqual({ text: { body: 'One moment.' } });
    expect(image?.content).toEqual({ image: { url: picture, caption: 'The room' } });
    expect(last?.content['text']?.['body']).toContain('1. This');
    expect(body.usage).toEqual({ credits: 3.5 });
    const address = file?.content['document']?.['url'] ?? '';
    const got = Buffer.from(await (await globalThis.fetch(address)).arrayBuffer());
    expect(createHash('sha256').update(got).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
    answers({ text: 'Noted.' });
    await says('several@example.com', '2');
    expect(agent.asked.at(-1)?.message).toMatchObject({ content: { action: { id: 'b' } } });
    agent.answer = () => ({ status: 204 });
    expect(await says('several@example.com', 'thanks')).toMatchObject({
      status: 200,
      body: { aiMessages: [] },
    });
    await stack.api('PATCH', '/v1/agents/shop', { body: { credits: { perTurn: 1 } } });
  });

  it('S1: the same identifier is the same contact in one conversation; a name counts once; nobody is merged by guessing', async () => {
    const mail = await stack.api<{ id: string }>('POST', '/v1/contacts', {
      body: { userId: 'joao', identities: [{ kind: 'email', address: 'joao@example.com' }] },
    });
    const named = (contactName: string) => caller.post({ ...textOf('joao@example.com', 'Hi'), contactName });
    const first = await named('João');
    const second = await named('Somebody Else');
    expect(second.body).toMatchObject({
      contactId: first.body.contactId,
      conversationId: first.body.conversationId,
    });
    expect(agent.asked.at(-1)).toMatchObject({ contact: { name: 'João' } });
    expect(first.body.contactId).not.toBe(mail.body.id);
    const other = await says('user@example.com', 'Hi');
    expect(other.body.contactId).not.toBe(first.body.contactId);
    const thread = await entries(stack, first.body.conversationId);
    expect(thread.map(({ author, channel }) => `${author} ${channel}`)).toEqual([
      'user api',
      'agent api',
      'user api',
      'agent api',
    ]);
  });

  it('S1: the status codes of the source, as problems that say success: false', async () => {
    const body = textOf('codes@example.com', 'x');
    const stranger = await strangersKey();
    const wrong: [string, number, string, Promise<Answered>][] = [
      ['no key', 401, 'unauthorized', caller.post(body, { 'x-api-key': '' })],
      ['a wrong key', 401, 'unauthorized', caller.post(body, { 'x-api-key': 'your_api_key' })],
      ['another workspace', 404, 'unknown_channel', caller.post(body, { 'x-api-key': stranger })],
      ['no channel', 404, 'unknown_channel', caller.post(body, {}, 'channel_123')],
      ['an odd channel', 404, 'unknown_channel', caller.post(body, {}, '%00%2e%2e')],
      ['another kind', 400, 'invalid_request', caller.post(body, {}, stack.dev.channels['whatsapp'])],
      ['no JSON', 400, 'invalid_request', caller.post('{')],
      ['an unknown field', 400, 'invalid_request', caller.post({ ...body, to: 'x' })],
    ];
    for (const [name, status, code, answer] of wrong) {
      const told = await answer;
      expect({ name, status: told.status, ...told.body }).toMatchObject({
        name,
        status,
        code,
        success: false,
      });
      expect(told.type).toContain('application/problem+json');
    }
    expect([413, 'cut']).toContain(await statusOrCut(caller.post(`"${'x'.repeat(6_000_000)}"`)));
    expect(agent.asked).toEqual([]);
  });

  it('S1: AI only: nobody but the agent can speak, on any surface, and nothing is shown', async () => {
    const { body } = await says('alone@example.com', 'Hello');
    const to = { conversationId: body.conversationId };
    const [channelId, channel, text] = ['api-main', 'api', 'from a person'];
    const refused = { status: 409, body: { code: 'not_supported' } };
    const wait = { prefer: 'wait=10' };
    expect(await send(stack, { channelId, to, text })).toMatchObject(refused);
    expect(await send(stack, { channel, agentId: 'shop', to, text })).toMatchObject(refused);
    expect(
      await send(stack, { channelId, conversationId: 'alone@example.com', content: text }),
    ).toMatchObject(refused);
    expect(await send(stack, { to, text }, wait)).toMatchObject(refused);
    expect(await stack.api('POST', '/v1/messages/plan', { body: { to, text } })).toMatchObject({
      body: { status: 'failed', reason: 'not_supported' },
    });
    const late = await send(stack, { to, text });
    expect(await untilStatus(stack, late.body.messageId, ['failed'])).toMatchObject({
      reason: 'not_supported',
    });
    const again = await says('alone@example.com', 'Still there?');
    expect(wordsOf(again)).toEqual(['re: Still there?']);
  });

  it('S1: a channel takes a name of its own and no credentials; the limit of its agent is checked', async () => {
    const create = (more: object) =>
      stack.api('POST', '/v1/channels', { body: { kind: 'api', agentId: 'shop', name: 'App', ...more } });
    expect(await create({ id: 'app-2', account: 'second-app' })).toMatchObject({ status: 201 });
    const answer = await caller.post(textOf('joao@example.com', 'Hello'), {}, 'app-2');
    expect(wordsOf(answer)).toEqual(['re: Hello']);
    for (const agentTimeoutSeconds of [0, 301, 1.5]) {
      const settings = { agentTimeoutSeconds };
      expect(await stack.api('PATCH', '/v1/channels/app-2', { body: { settings } })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'settings.agentTimeoutSeconds' }] },
      });
    }
  });

  it('T7 S1: what the turn sends before it ends is part of the answer; a turn of another channel cannot speak here', async () => {
    const midTurn = (turn: AskedTurn, body: object) =>
      stack.api<{ code?: string; status: string }>('POST', '/v1/messages', {
        body,
        headers: { 'skein-turn': (turn as AskedTurn & { turnToken: string }).turnToken, prefer: 'wait=10' },
      });
    const sent: unknown[] = [];
    agent.answer = async (turn): Promise<Said> => {
      const to = { conversationId: turn.conversationId };
      sent.push((await midTurn(turn, { to, text: 'Looking …' })).body.status);
      sent.push((await midTurn(turn, { channelId: 'api-main', to, text: 'Found.' })).body.status);
      sent.push((await midTurn(turn, { to: { conversationId: other }, text: 'Psst' })).body.code);
      return { body: { text: 'Here it is.' } };
    };
    const other = (
      await stack.sql<{ id: string }>(
        `SELECT t.id FROM threads t JOIN contacts c ON c.id = t.contact_id WHERE c.name = 'João' AND t.workspace_id = $1`,
        [stack.dev.workspaceId],
      )
    )[0]?.id as string;
    const answer = await says('midway@example.com', 'Find it');
    expect(sent).toEqual(['sent', 'sent', 'not_supported']);
    expect(wordsOf(answer)).toEqual(['Looking …', 'Found.', 'Here it is.']);
  });

  it('S2 R5: files by public address reach the agent like any file; what cannot be had leaves no trace', async () => {
    await post('IMAGE', { image: { url: file('small.jpg'), caption: 'Image caption' } });
    await post('AUDIO', { audio: { url: file('small.mp3') } });
    await post('VIDEO', { video: { url: file('small.mp4'), caption: 'Video caption' } });
    await post('DOCUMENT', { document: { url: file('small.pdf'), filename: 'document.pdf' } });
    const seen = agent.asked.map(({ message }) => ({
      text: message.text,
      ...(message as unknown as { content: { media: object[] } }).content.media[0],
    }));
    expect(seen).toMatchObject([
      { text: 'Image caption', media: 'image', mimeType: 'image/jpeg', mediaId: expect.any(String) },
      { text: '[small.mp3]', media: 'audio', mimeType: 'audio/mpeg' },
      { text: 'Video caption', media: 'video', mimeType: 'video/mp4' },
      { text: '[document.pdf]', media: 'file', mimeType: 'application/pdf', filename: 'document.pdf' },
    ]);
    const before = await inboundCount();
    const image = (url: string) => post('IMAGE', { image: { url } });
    expect(await image(file('big.bin'))).toMatchObject({ status: 413, body: { code: 'media_too_large' } });
    const unreachable = { status: 400, body: { code: 'media_unreachable', success: false } };
    expect(await image(file('nothing.jpg'))).toMatchObject(unreachable);
    for (const inside of ['http://169.254.169.254/latest', stack.dev.apiUrl, 'http://[::ffff:127.0.0.1]/x'])
      expect(await image(inside)).toMatchObject(unreachable);
    expect(await slow).toMatchObject({
      ...unreachable,
      body: { detail: 'The file did not arrive within 30 s.' },
    });
    expect(await inboundCount()).toBe(before);
  }, 60_000);

  it('S2 R5: a file is called what an upload would be, whatever its address or the caller says', async () => {
    const named = async (path: string, filename?: string) => {
      const document = { url: `http://${fileHost}/${path}`, ...(filename === undefined ? {} : { filename }) };
      expect(await post('DOCUMENT', { document })).toMatchObject({ status: 200 });
      return agent.asked.at(-1)?.message as unknown as { text: string; content: { media: object[] } };
    };
    const { text, content } = await named('a%00%0d%0a.pdf');
    expect([text, content.media]).toEqual(['[a.pdf]', [expect.objectContaining({ filename: 'a.pdf' })]]);
    expect(await named('..%2F..%2Fetc%2Fpasswd')).toMatchObject({ text: '[passwd]' });
    expect(await named('small.pdf', '..\\..\\boot.ini')).toMatchObject({ text: '[boot.ini]' });
  });
});

/** A key of somebody else's workspace. */
async function strangersKey(): Promise<string> {
  const [key, id] = ['a-strangers-key', '0d3f0a0e-2f1c-4f7e-9a55-6f2b4c1d9e10'];
  await stack.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'Another')`, [id]);
  await stack.sql(`INSERT INTO api_keys (id, workspace_id, name, hash) VALUES ($1, $2, 'Theirs', $3)`, [
    id,
    id,
    createHash('sha256').update(key).digest(),
  ]);
  return key;
}
