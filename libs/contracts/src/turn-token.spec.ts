import { expect, test } from '@jest/globals';
import { readTurnToken, signTurnToken, type TurnClaim } from './turn-token.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const NOW = new Date('2026-11-21T12:00:00Z');
const LATER = new Date('2026-11-21T12:10:00Z');
const CLAIM: TurnClaim = {
  workspaceId: 'w',
  turnId: 't',
  fence: 'f',
  agentId: 'a',
  channelId: 'c',
  conversationId: 'v',
};

test('T6 a turn token is read back as what it was signed for', () => {
  expect(readTurnToken(KEY, signTurnToken(KEY, CLAIM, LATER), NOW)).toEqual(CLAIM);
});

test('T6 a turn token is over at its time', () => {
  expect(readTurnToken(KEY, signTurnToken(KEY, CLAIM, LATER), LATER)).toBeUndefined();
});

test.each([
  ['of another deployment', signTurnToken(Buffer.alloc(32, 8).toString('base64'), CLAIM, LATER)],
  ['with another body', `x${signTurnToken(KEY, CLAIM, LATER)}`],
  ['cut short', signTurnToken(KEY, CLAIM, LATER).slice(0, -2)],
  ['with more behind it', `${signTurnToken(KEY, CLAIM, LATER)}.x`],
  ['empty', ''],
  ['a word', 'turn'],
  ['huge', 'a'.repeat(100_000)],
])('T6 a turn token is refused that is %s', (_, token) => {
  expect(readTurnToken(KEY, token, NOW)).toBeUndefined();
});
