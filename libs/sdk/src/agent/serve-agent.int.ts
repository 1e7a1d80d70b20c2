import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { signWebhook, type TurnRequest } from '@skein/contracts';
import { eventually } from '@skein/testing';
import { createSkein } from '../skein.js';
import type { ServedAgent } from './serve-agent.js';
import type { TurnHandler } from './turn.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let served: ServedAgent;
let errors: unknown[];
afterEach(() => served.close());

async function serve(handler: TurnHandler, more: { maxBytes?: number } = {}): Promise<void> {
  errors = [];
  const { serveAgent } = createSkein();
  const http = { port: 0, secret: SECRET, ...more };
  served = await serveAgent({ agent: 'shop', http, onError: (error) => void errors.push(error) }, handler);
}

let turns = 0;
const turnOf = (text: string): string => {
  const turn: Partial<TurnRequest> = { type: 'turn', turnId: `turn-${++turns}`, agentId: 'shop' };
  return JSON.stringify({ ...turn, message: { text } });
};

interface Posted {
  headers?: Record<string, string>;
  method?: string;
  path?: string;
  at?: Date;
  id?: string;
}

let calls = 0;

function post(body: string, posted: Posted = {}) {
  const { headers, method = 'POST', path = '', at = new Date(), id = `call-${++calls}` } = posted;
  const signed = { ...signWebhook(SECRET, id, body, at), ...headers };
  const init = { method, headers: signed, ...(method === 'GET' ? {} : { body }) };
  return fetch(`${served.url}${path}`, init);
}

const ANSWERS: [string, TurnHandler, number, unknown][] = [
  ['a text', () => 'Hello', 200, { text: 'Hello' }],
  ['several', () => ['One', { text: 'Two' }], 200, { messages: ['One', { text: 'Two' }] }],
  [
    'one content',
    async () => ({ image: { url: 'https://x.test/a.jpg' } }),
    200,
    { messages: [{ image: { url: 'https://x.test/a.jpg' } }] },
  ],
  ['usage', () => ({ text: 'Hi', usage: { tokens: 7 } }), 200, { text: 'Hi', usage: { tokens: 7 } }],
  ['later', () => ({ later: true, withinSeconds: 60 }), 200, { later: true, withinSeconds: 60 }],
  ['nothing', () => undefined, 204, undefined],
];

describe('an agent over HTTP', () => {
  it.each(ANSWERS)('R7: answers a signed turn with %s', async (_what, handler, status, body) => {
    await serve(handler);
    const answer = await post(turnOf('Hi'));
    const text = await answer.text();
    expect([answer.status, text === '' ? undefined : JSON.parse(text)]).toEqual([status, body]);
  });

  it('R7: survives callers that hang up in the middle of a body', async () => {
    await serve(() => 'Hello');
    const { port, hostname } = new URL(served.url ?? '');
    for (let count = 0; count < 3; count += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('POST /turns HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
      await eventually(() => expect(socket.bytesWritten).toBeGreaterThan(0));
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    expect((await post(turnOf('Hi'))).status).toBe(200);
  });

  it('R7: yields messages one by one as events, and breaks the stream when the handler throws', async () => {
    await serve(async function* ({ message }) {
      yield 'First';
      if (message.text === 'Fail') throw new Error('no more');
      yield { text: 'Second' };
    });
    const whole = await post(turnOf('Hi'));
    expect(whole.headers.get('content-type')).toBe('text/event-stream');
    expect(await whole.text()).toBe('data: "First"\n\ndata: {"text":"Second"}\n\nevent: done\ndata: {}\n\n');
    await expect(post(turnOf('Fail')).then((broken) => broken.text())).rejects.toThrow();
    expect(errors).toMatchObject([{ message: 'no more' }]);
  });

  it('R1: runs nothing for a call that is not right', async () => {
    let runs = 0;
    await serve(() => void (runs += 1), { maxBytes: 1000 });
    const wrong: [string, Posted, number][] = [
      [turnOf('x'), { headers: { 'webhook-signature': 'v1,AAAA' } }, 401],
      [turnOf('x'), { at: new Date(Date.now() - 301_000) }, 401],
      [turnOf('x'.repeat(1000)), {}, 413],
      [turnOf('x'), { method: 'GET' }, 405],
      [turnOf('x'), { path: '/other' }, 404],
      ['not json', {}, 400],
      [turnOf('x').replace('shop', 'bank'), {}, 400],
    ];
    for (const [body, how, status] of wrong) expect((await post(body, how)).status).toBe(status);
    expect(runs).toBe(0);
  });

  it('R1: runs the same call once, and another try of the turn again', async () => {
    let runs = 0;
    await serve(() => void (runs += 1));
    const [body, at, id] = [turnOf('x'), new Date(), 'one'];
    const statuses = [await post(body, { at, id }), await post(body, { at, id })].map(({ status }) => status);
    expect(statuses).toEqual([204, 409]);
    expect((await post(body, { at: new Date(at.getTime() + 2000), id })).status).toBe(204);
    expect(runs).toBe(2);
  });

  it('R7: tells a failure as 500 without its inside, and says it to the author', async () => {
    await serve(() => {
      throw new Error('the database password is 1234');
    });
    const answer = await post(turnOf('x'));
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('1234');
    expect(errors).toHaveLength(1);
  });

  it('R2: finishes what runs before it closes', async () => {
    let finish = (): void => undefined;
    const started = new Promise<void>((begun) => {
      void serve(async () => {
        begun();
        await new Promise<void>((resolve) => (finish = resolve));
        return 'Done';
      }).then(() => (answer = post(turnOf('x'))));
    });
    let answer: Promise<Response> | undefined;
    await started;
    const closed = served.close();
    finish();
    expect(await (await answer)?.json()).toEqual({ text: 'Done' });
    await closed;
  });

  it('T1, T5: without a secret it does not start, and outside a turn the tool says so', async () => {
    await serve(() => undefined);
    const { serveAgent, sendMessage } = createSkein();
    await expect(
      serveAgent({ agent: 'shop', http: { port: 0, secret: '' } }, () => 'x'),
    ).rejects.toMatchObject({
      code: 'not_configured',
    });
    expect(await sendMessage({ message: 'x' })).toMatch(/^No active gateway: send_message is only available/);
    expect(await sendMessage({ action: 'list' })).toMatch(/^No active gateway/);
  });
});
