import { describe, expect, it } from '@jest/globals';
import { fileTypeFromBuffer } from 'file-type';
import { FixtureFiles } from './fixtures.js';

describe('fixture files', () => {
  const files = new FixtureFiles();

  it.each(['small.jpg', 'small.pdf', 'small.mp3', 'small.mp4', 'slow.jpg'])(
    '%s is what its name says',
    async (name) => {
      const file = files.get(name);
      const sniffed = await fileTypeFromBuffer(file?.bytes ?? Buffer.alloc(0));
      expect(sniffed?.mime).toBe(file?.mimeType);
    },
  );

  it('big.bin is 11 MB and slow.jpg takes 40 s', () => {
    expect(files.get('big.bin')?.bytes.length).toBe(11 * 1024 * 1024);
    expect(files.get('slow.jpg')?.delayMs).toBe(40_000);
  });

  it('knows no other file', () => {
    expect(files.get('constructor')).toBeUndefined();
    expect(files.get('small.exe')).toBeUndefined();
  });
});
