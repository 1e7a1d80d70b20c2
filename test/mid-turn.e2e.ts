import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readTurnToken, signTurnToken, type TurnClaim } from '@skein/contracts';
import { eventually, startStack, type HttpAnswer, type Stack } from '@skein/testing';
import { HttpAgent, type AskedTurn, type Said } from './support/http-agent.js';
import { newNumber, personOf, type Person } from './support/people.js';

interface Told {
  messageId?: string;
  status?: string;
  delivered?: boolean;
  code?: string;
  errors?: { field: string }[];
}

const SECRET_KEY = Buffer.alloc(32, 5).toString('base64');
let stack: Stack;
let agent: HttpAgent;

const newPerson = (): Person => personOf(stack, 'whatsapp', newNumber());
const say = (text: string): Said => ({ body: { text } });

type Call = (path: string, body: unknown, headers?: Record<string, string>) => Promise<HttpAnswer<Told>>;

/** What holds the token of a turn, and nothing else. */
function bearer(turnToken: string): Call {
  return (path, body, headers = {}) =>
    stack.api<Told>('POST', path, {
      body,
      headers: { 'skein-turn': turnToken, 'x-api-key': '', ...headers },
    });
}

/** A turn that its agent holds until the test lets it go. */
interface HeldTurn {
  turn: AskedTurn;
  act: Call;
  end: (said: Said) => void;
}

/** The agent's next turns, each held. */
function holdTurns(): () => Promise<HeldTurn> {
  const held: HeldTurn[] = [];
  agent.answer = (turn) => new Promise<Said>((end) => held.push({ turn, act: bearer(turn.turnToken), end }));
  return () => eventually(() => held.shift() ?? (false as never));
}

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: agent.host, SKEIN_SECRET_KEY: SECRET_KEY } });
  await agent.serve(stack, 'whatsapp', { id: 'shop' });
});
beforeEach(() => void agent.asked.splice(0));
afterAll(async () => {
  await agent.stop();
  await stack.stop();
});

describe('a turn that sends before it ends', () => {
  it('T7 R7: what it sends goes out at once, with the key and with its token alone, and before its answer', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Where is my parcel?');
    const { turn, act, end } = await next();
    const sent = await stack.api<Told>('POST', '/v1/messages', {
      body: { channelId: turn.channel.id, conversationId: turn.conversationId, content: 'I look it up.' },
      headers: { 'skein-turn': turn.turnToken },
    });
    expect(sent).toMatchObject({ status: 200, body: { delivered: true } });
    const buttons = [
      { id: 'home', label: 'At home' },
      { id: 'shop', label: 'In the shop' },
    ];
    const asked = await act('/v1/turns/actions/send_buttons', { text: 'Where do you want it?', buttons });
    expect(asked).toMatchObject({ status: 200, body: { delivered: true } });
    expect(await person.texts()).toEqual(['I look it up.', 'Where do you want it?']);
    const [seen] = (await person.inbox()).slice(-1);
    expect(seen?.buttons?.map(({ title }) => title)).toEqual(['At home', 'In the shop']);
    end(say('That was all.'));
    await person.sees((inbox) => inbox.at(-1)?.text === 'That was all.');
    const entries = await stack.api<{ items: { text: string; origin: string | null; author: string }[] }>(
      'GET',
      `/v1/conversations/${turn.conversationId}/messages`,
    );
    const said = entries.body.items.filter(({ author }) => author === 'agent');
    expect(said.map(({ text, origin }) => [text.split('\n')[0], origin]).sort()).toEqual([
      ['I look it up.', 'tool'],
      ['That was all.', null],
      ['Where do you want it?', 'tool'],
    ]);
  });

  it('T6: two turns at once never see each other; a token is worth nothing after its turn', async () => {
    const [ana, ben] = [newPerson(), newPerson()];
    const next = holdTurns();
    await ana.writes('I am Ana');
    const first = await next();
    await ben.writes('I am Ben');
    const second = await next();
    const send = ({ act }: HeldTurn, text: string) => act('/v1/turns/actions/send_text', { text });
    await Promise.all([send(first, 'for Ana'), send(second, 'for Ben')]);
    expect([await ana.texts(), await ben.texts()]).toEqual([['for Ana'], ['for Ben']]);
    const current = ({ turn }: HeldTurn) =>
      stack.api<Told>('GET', '/v1/turns/current', { headers: { 'skein-turn': turn.turnToken } });
    const { turnId, conversationId } = first.turn;
    expect(await current(first)).toMatchObject({ status: 200, body: { turnId, conversationId } });
    first.end(say('Bye Ana'));
    await ana.sees((inbox) => inbox.length === 2);
    expect(await current(first)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await send(first, 'too late')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await send(second, 'still here')).toMatchObject({ status: 200 });
    second.end(say('Bye Ben'));
    await ben.sees((inbox) => inbox.length === 3);
    const withKey = await stack.api<Told>('POST', '/v1/messages?', {
      body: { to: { conversationId: second.turn.conversationId }, text: 'too late' },
      headers: { 'skein-turn': second.turn.turnToken, prefer: 'wait=5' },
    });
    expect(withKey).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect([await ana.texts(), await ben.texts()]).toEqual([
      ['for Ana', 'Bye Ana'],
      ['for Ben', 'still here', 'Bye Ben'],
    ]);
  });

  it('T6: a turn sends one message at a time, and no more than 1,000', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Hello');
    const { turn, act, end } = await next();
    const body = { to: { conversationId: turn.conversationId }, text: 'many' };
    const batch = { body: [body, body], headers: { 'skein-turn': turn.turnToken } };
    expect(await stack.api<Told>('POST', '/v1/messages/batch', batch)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'Skein-Turn' }] },
    });
    await stack.sql(
      `INSERT INTO turn_sends (turn_id, attempt, track, ordinal, request_key, body_hash, message_id)
       SELECT $1, $2, 'tool-many', n, 'x' || n, '', gen_random_uuid() FROM generate_series(0, 999) AS n`,
      [turn.turnId, turn.attempt],
    );
    expect(await act('/v1/turns/actions/send_text', { text: 'One more' })).toMatchObject({
      status: 409,
      body: { code: 'not_supported' },
    });
    end(say('Done'));
    expect((await person.sees((inbox) => inbox.length > 0)).map(({ text }) => text)).toEqual(['Done']);
  });

  it('T6: an expired token and a forged one are refused although the turn still runs', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Hello');
    const { turn, end } = await next();
    const claim = readTurnToken(SECRET_KEY, turn.turnToken, new Date()) as TurnClaim;
    const strangers = Buffer.alloc(32, 6).toString('base64');
    const tokens = [
      signTurnToken(SECRET_KEY, claim, new Date(Date.now() - 1)),
      signTurnToken(strangers, claim, new Date(Date.now() + 60_000)),
      'nonsense',
      'x'.repeat(5000),
    ];
    for (const token of tokens) {
      const act = bearer(token);
      for (const path of ['/v1/turns/actions/send_text', '/v1/turns/answer'])
        expect(await act(path, { text: 'Boo' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await bearer('')('/v1/turns/actions/send_text', { text: 'Boo' })).toMatchObject({ status: 401 });
    const right = bearer(signTurnToken(SECRET_KEY, claim, new Date(Date.now() + 60_000)));
    expect(await right('/v1/turns/actions/send_text', { text: 'Right' })).toMatchObject({ status: 200 });
    end(say('Done'));
    await person.sees((inbox) => inbox.length === 2);
    expect(await person.texts()).toEqual(['Right', 'Done']);
  });

  it('R7: a call that is wrong is refused with its field and sends nothing', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Hello');
    const { act, end } = await next();
    const wrong = async (name: string, body: unknown) => {
      const { status, body: told } = await act(`/v1/turns/actions/${name}`, body);
      return [status, told.code, told.errors?.[0]?.field];
    };
    expect(await wrong('send_text', {})).toEqual([400, 'invalid_request', 'text']);
    expect(await wrong('send_text', { text: 'Hi', bold: true })).toEqual([400, 'invalid_request', 'bold']);
    expect(await wrong('send_text', '{"text"')).toEqual([400, 'invalid_request', 'body']);
    expect(await wrong('send_buttons', { text: 'Hi' })).toEqual([400, 'invalid_request', 'buttons']);
    expect(await wrong('edit_message', { messageId: 'x', text: 'y' })).toEqual([
      409,
      'not_supported',
      undefined,
    ]);
    expect(await wrong('send_money', {})).toEqual([404, 'not_found', undefined]);
    expect(await wrong('constructor', {})).toEqual([404, 'not_found', undefined]);
    end(say('Done'));
    await person.sees((inbox) => inbox.length === 1);
    expect(await person.texts()).toEqual(['Done']);
  });

  it('R3: a rerun of the turn and a repeated request say nothing twice', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Hello');
    const first = await next();
    const send = ({ act }: HeldTurn, text: string, key: string) =>
      act('/v1/turns/actions/send_text', { text }, { 'idempotency-key': key });
    const [one, again] = await Promise.all([send(first, 'One', 'k1'), send(first, 'One', 'k1')]);
    expect(one.body.messageId).toBe(again.body.messageId);
    expect(await send(first, 'Another', 'k1')).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    const two = await send(first, 'Two', 'k2');
    first.end({ status: 500 });
    const second = await next();
    expect(second.turn).toMatchObject({ turnId: first.turn.turnId, attempt: 2 });
    expect(await send(first, 'From the zombie', 'k3')).toMatchObject({ status: 403 });
    const rerun = await send(second, 'One, in other words', 'other');
    expect(rerun).toMatchObject({ status: 200, body: { messageId: one.body.messageId } });
    expect((await send(second, 'Two', 'k2')).body.messageId).toBe(two.body.messageId);
    expect(await send(second, 'Three', 'k3')).toMatchObject({ status: 200, body: { delivered: true } });
    second.end(say('Done'));
    await person.sees((inbox) => inbox.length === 4);
    expect(await person.texts()).toEqual(['One', 'Two', 'Three', 'Done']);
  });

  it('T6: a turn may answer while it is asked; what it says then is said once', async () => {
    const person = newPerson();
    const next = holdTurns();
    await person.writes('Hello');
    const { act, end } = await next();
    expect(await act('/v1/turns/answer', { text: 'By token' })).toMatchObject({ status: 200 });
    end(say('By answer'));
    await person.writes('And?');
    (await next()).end(say('Next'));
    await person.sees((inbox) => inbox.length === 2);
    expect(await person.texts()).toEqual(['By token', 'Next']);
  });
});
