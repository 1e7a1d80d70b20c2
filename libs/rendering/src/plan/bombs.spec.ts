import { describe, expect, it } from '@jest/globals';
import {
  capabilitiesOf,
  MAX_PARTS,
  SEND_LIMITS,
  type Capabilities,
  type ChannelKind,
} from '@skein/contracts';
import { planParts } from './plan-parts.js';

/** As much of it as one text may hold. */
const full = (piece: string, head = '', tail = ''): string =>
  head + piece.repeat(Math.floor((SEND_LIMITS.textBytes - head.length - tail.length) / piece.length)) + tail;

const BOMBS: Record<string, string> = {
  'empty blocks': full('::: a\n:::\n'),
  'blocks that never end': full('::: list-item\n'),
  cards: full('::: list-item\n# T\n:::\n'),
  'actions in one block': full('- a\n', '::: actions\n', '\n:::'),
  'cells without an end': full('"', '::: table\n', '\n:::'),
  'blank lines in a table': full('\n', '::: table\n', '\n:::'),
  'a long cell above short ones': full('a,b\n', `::: table\n${'x'.repeat(32_000)},y\n`, ':::'),
  'open brackets': full('[a]('),
  'marks in marks': full('**_~~`'),
  'marks that are nested without end': ' **a _b'.repeat(4500) + ' c_ d**'.repeat(4500),
  'marks behind a very long word': full('[', 'a'.repeat(SEND_LIMITS.textBytes / 2)),
  colons: full(':'),
};

describe.each<ChannelKind>(['whatsapp', 'email', 'web-chat'])('R6: a component bomb for %s', (kind) => {
  it.each(Object.keys(BOMBS))('is cut or refused in time: %s', (name) => {
    const started = process.cpuUsage();
    const plan = planParts({ text: BOMBS[name] ?? '' }, capabilitiesOf(kind) as Capabilities);
    // About 0.1 s; what grows with the square of the text takes from 5 s to minutes.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
    if ('refusal' in plan) expect(plan.refusal.code).toBe('payload_too_large');
    else expect(plan.parts.length).toBeLessThanOrEqual(MAX_PARTS);
  });
});
