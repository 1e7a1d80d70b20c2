import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CHANNEL_KINDS } from '@skein/contracts';

const root = new URL('../../../', import.meta.url);
const kinds = readdirSync(new URL('channels/', import.meta.url));

/** What a channel is: these files, and nothing anywhere else. */
const filesOf = (kind: string): string[] => [
  ...['config', 'encode', 'send', 'index', 'channel.contract.spec'].map(
    (name) => `apps/chat-platforms/src/channels/${kind}/${name}.ts`,
  ),
  `libs/contracts/src/capabilities/${kind}.ts`,
  `apps/sandbox/src/${kind}/index.ts`,
  `tools/src/seed/channels/${kind}.ts`,
];

describe('the folders of channels', () => {
  it.each(kinds)('%s has everything that a channel is made of', (kind) => {
    const missing = filesOf(kind).filter((file) => !existsSync(new URL(file, root)));
    expect(missing).toEqual([]);
    expect(CHANNEL_KINDS).toContain(kind);
  });
});
