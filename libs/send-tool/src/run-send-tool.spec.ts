import { describe, expect, it } from '@jest/globals';
import { RefusalError, SEND_LIMITS, type Outcome } from '@skein/contracts';
import fc from 'fast-check';
import { SEND_TOOL } from './definition.js';
import type { SendGateway } from './gateway.js';
import type { ToolOutcome } from './outcome.js';
import { runSendTool } from './run-send-tool.js';
import { NO_GATEWAY, toolOutcomeOf } from './sentences.js';

const SOURCE_SENTENCE =
  'No active gateway: send_message is only available inside a running bot/gateway (e.g. Telegram, Slack, Discord). It is unavailable for CLI/one-shot runs.';
const LISTED = [{ target: 'origin', platform: 'telegram', kind: 'origin' as const, label: 'Current chat' }];

interface Sent {
  target: string;
  text: string;
}

/** A gateway that answers as told and notes what it was asked. */
function gateway(send: (sent: Sent) => ToolOutcome, isOpen = true): SendGateway & { sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    folders: [],
    isOpen: () => Promise.resolve(isOpen),
    list: () => Promise.resolve(LISTED),
    send: (target, text) => {
      sent.push({ target, text });
      return Promise.resolve().then(() => send({ target, text }));
    },
  };
}

const delivered = () => gateway(() => ({ is: 'delivered' }));

describe('the send tool', () => {
  it('T1: is defined under its name, with three arguments that may be left out', () => {
    expect(SEND_TOOL.name).toBe('send_message');
    expect(Object.keys(SEND_TOOL.parameters.properties)).toEqual(['target', 'message', 'action']);
    expect(SEND_TOOL.parameters).not.toHaveProperty('required');
  });

  it.each<[unknown, Sent]>([
    [{ message: 'Hi' }, { target: 'origin', text: 'Hi' }],
    [
      { target: 'slack:#ops', message: 'Done ✅' },
      { target: 'slack:#ops', text: 'Done ✅' },
    ],
    [
      { target: null, message: 'Hi', action: '' },
      { target: 'origin', text: 'Hi' },
    ],
  ])('T1, T5: %j is delivered', async (given, sent) => {
    const open = delivered();
    expect(await runSendTool(given, open)).toBe(`Delivered to ${sent.target}`);
    expect(open.sent).toEqual([sent]);
  });

  it('T3: lists what there is as JSON', async () => {
    expect(JSON.parse(await runSendTool({ action: 'list' }, delivered()))).toEqual(LISTED);
  });

  it.each<[unknown]>([
    [{ message: 'Hi' }],
    [{ action: 'list' }],
    [{ target: 'telegram', message: 'MEDIA:/etc/passwd' }],
    [null],
  ])('T5: outside a turn %j is answered with the sentence of the source', async (given) => {
    expect(await runSendTool(given, undefined)).toBe(SOURCE_SENTENCE);
    const closed = gateway(() => ({ is: 'delivered' }), false);
    expect(await runSendTool(given, closed)).toBe(SOURCE_SENTENCE);
    expect(closed.sent).toEqual([]);
  });

  it.each<[Partial<Outcome> & Pick<Outcome, 'status'>, string | null, string]>([
    [
      { status: 'held', reason: 'window_closed' },
      null,
      'Held for origin: it goes out when the person writes again (window_closed)',
    ],
    [{ status: 'queued' }, null, 'Held for origin: it is queued and goes out soon'],
    [
      { status: 'blocked', reason: 'opted_out' },
      'The person opted out.',
      'Not delivered to origin: opted_out: The person opted out.',
    ],
    [
      { status: 'unknown' },
      null,
      'Held for origin: it is not known whether it went out; do not send it again',
    ],
    [
      { status: 'failed', reason: 'provider_rejected' },
      null,
      'Not delivered to origin: provider_rejected: it was refused',
    ],
    [{ status: 'read', delivered: true }, null, 'Delivered to origin'],
  ])('T5: tells %j', async (outcome, detail, sentence) => {
    const told = toolOutcomeOf({ delivered: false, ...outcome }, detail);
    expect(
      await runSendTool(
        { message: 'Hi' },
        gateway(() => told),
      ),
    ).toBe(sentence);
  });

  it('T5: a turn that ends meanwhile, a refusal and a defect are sentences too', async () => {
    const of = (send: () => ToolOutcome) => runSendTool({ message: 'Hi' }, gateway(send));
    expect(await of(() => ({ is: 'no_turn' }))).toBe(NO_GATEWAY);
    const refused = () => {
      throw new RefusalError({ code: 'unavailable', detail: 'Not now.' });
    };
    expect(await of(refused)).toBe('Not delivered to origin: Not now.');
    const unknown = () => {
      throw new RefusalError({ code: 'unavailable', detail: 'Perhaps.', outcomeUnknown: true });
    };
    expect(await of(unknown)).toBe(
      'Held for origin: it is not known whether it went out; do not send it again',
    );
    const broken = () => {
      throw new Error('postgres://secret');
    };
    expect(await of(broken)).toBe('Not delivered to origin: something went wrong on our side');
  });

  it.each<[unknown, string]>([
    [{}, 'Not delivered to origin: the message is empty'],
    [{ action: 'shout', message: 'Hi' }, 'Not delivered to origin: action must be "send" or "list"'],
    [
      { message: 'Look MEDIA:/etc/passwd' },
      'Not delivered to origin: /etc/passwd is not in a folder that files may be sent from',
    ],
  ])('T4, T5: %j sends nothing', async (given, sentence) => {
    const open = delivered();
    expect(await runSendTool(given, open)).toBe(sentence);
    expect(open.sent).toEqual([]);
  });

  it('T5: a message that is longer than any text may be is told in a sentence before it is read', async () => {
    const open = delivered();
    const words = 'ä'.repeat(SEND_LIMITS.textBytes / 2);
    expect(await runSendTool({ message: words }, open)).toBe('Delivered to origin');
    expect(await runSendTool({ message: `${words} MEDIA:/etc/passwd` }, open)).toBe(
      'Not delivered to origin: the message has more than 65536 bytes',
    );
    expect(open.sent).toEqual([{ target: 'origin', text: words }]);
  });

  it('T5: answers anything with a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (given) => {
        expect(typeof (await runSendTool(given, delivered()))).toBe('string');
      }),
    );
  });
});
