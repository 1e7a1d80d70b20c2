import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@skein/testing';
import { Agent } from 'undici';
import { newNumber, personOf } from './support/people.js';

let stack: Stack;
let agent: Agent;
beforeAll(async () => {
  stack = await startStack({ split: true });
  agent = new Agent({ connections: 64 });
});
afterAll(async () => {
  await agent.close();
  await stack.stop();
});

/** Kinds whose provider calls us. */
const KINDS = ['whatsapp', 'sms', 'telegram', 'slack', 'discord', 'teams', 'instagram', 'messenger'];
const PER_SECOND = 1000;
const SECONDS = 3;
const SECRET_LOOKING = 'sk-forged-0123456789';

/** Signature headers of every platform, all wrong. */
const HEADERS = {
  'content-type': 'application/json',
  'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
  'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'x-telegram-bot-api-secret-token': SECRET_LOOKING,
  'x-slack-signature': `v0=${'0'.repeat(64)}`,
  'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
  'x-signature-ed25519': '0'.repeat(128),
  'x-signature-timestamp': String(Math.floor(Date.now() / 1000)),
  authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA',
};

async function forge(kind: string, index: number): Promise<number> {
  const { body, statusCode } = await agent.request({
    origin: stack.dev.apiUrl,
    path: `/webhooks/${kind}/${stack.dev.channels[kind]}`,
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ forged: index, filler: 'x'.repeat(500) }),
  });
  await body.dump();
  return statusCode;
}

function logLines(): string[] {
  const folder = join(stack.dataDir, 'logs');
  const logs = readdirSync(folder).filter((name) => !/nats|postgres/.test(name));
  return logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean));
}

describe('forged webhooks', () => {
  it('R1: a thousand a second are refused; the service stays healthy and its log readable', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const answers: Promise<number>[] = [];
    const began = performance.now();
    let isReal = false;
    for (let sent = 0; sent < PER_SECOND * SECONDS;) {
      const due = Math.min(PER_SECOND * SECONDS, ((performance.now() - began) / 1000) * PER_SECOND);
      for (; sent < due; sent += 1) answers.push(forge(KINDS[sent % KINDS.length] as string, sent));
      if (sent > PER_SECOND && !isReal) await person.writes('I am real');
      isReal ||= sent > PER_SECOND;
      await delay(5);
    }
    const statuses = new Set(await Promise.all(answers));
    // 503 is "not now": the hand-over to a busy service may be refused, and a provider repeats it.
    expect([...statuses].filter((status) => ![401, 403, 503].includes(status))).toEqual([]);
    expect(statuses.has(200)).toBe(false);
    await person.writes('still here?');
    await person.sees((inbox) => inbox.length >= 1, 30_000);
    expect((await stack.api('GET', '/health/ready')).status).toBe(200);
    const lines = logLines();
    expect(lines.length).toBeLessThan(300);
    expect(lines.join('\n')).not.toContain(SECRET_LOOKING);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged%'`)).toEqual([]);
  });
});
