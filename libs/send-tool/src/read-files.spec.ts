import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FILE_BYTES, readFiles } from './read-files.js';

let root: string;
let outbox: string;
const inOutbox = (name: string) => join(outbox, name);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'send-tool-'));
  outbox = join(root, 'outbox');
  mkdirSync(join(outbox, 'deep'), { recursive: true });
  mkdirSync(join(root, 'outbox-other'));
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(root, 'outbox-other', 'secret.txt'), 'secret');
  writeFileSync(inOutbox('report.pdf'), '%PDF report');
  writeFileSync(inOutbox('deep/note.txt'), 'note');
  writeFileSync(inOutbox('empty.txt'), '');
  writeFileSync(inOutbox('..hidden'), 'two dots are part of the name');
  writeFileSync(inOutbox('big.bin'), '');
  truncateSync(inOutbox('big.bin'), MAX_FILE_BYTES + 1);
  writeFileSync(inOutbox('just.bin'), '');
  truncateSync(inOutbox('just.bin'), MAX_FILE_BYTES);
  symlinkSync(join(root, 'secret.txt'), inOutbox('link.txt'));
  symlinkSync(inOutbox('report.pdf'), inOutbox('link-inside.pdf'));
  symlinkSync(root, inOutbox('up'));
  symlinkSync('/dev/zero', inOutbox('zero-link'));
  symlinkSync(outbox, join(root, 'chosen'));
  execFileSync('mkfifo', [inOutbox('pipe')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LINK = 'is refused: it is a symbolic link';
const ODD = 'is refused: it is no regular file';
const OUTSIDE = 'is not in a folder that files may be sent from';

describe('T4: the files of a message', () => {
  it('reads what lies in an allowed folder, however deep', async () => {
    const paths = [inOutbox('report.pdf'), inOutbox('deep/note.txt'), inOutbox('..hidden')];
    const read = await readFiles(paths, [join(root, 'nowhere'), outbox]);
    expect(read).toEqual({
      files: [
        { filename: 'report.pdf', mimeType: 'application/octet-stream', bytes: Buffer.from('%PDF report') },
        { filename: 'note.txt', mimeType: 'text/plain', bytes: Buffer.from('note') },
        expect.objectContaining({ filename: '..hidden' }),
      ],
    });
  });

  it('takes a folder that the operator chose through a link', async () => {
    const read = await readFiles([join(root, 'chosen', 'report.pdf')], [join(root, 'chosen')]);
    expect(read).toMatchObject({ files: [{ filename: 'report.pdf' }] });
  });

  it('takes exactly 10 MB', async () => {
    const read = await readFiles([inOutbox('just.bin')], [outbox]);
    expect('files' in read && read.files[0]?.bytes.length).toBe(MAX_FILE_BYTES);
  });

  it.each<[string, () => string, string]>([
    ['a file elsewhere', () => join(root, 'secret.txt'), OUTSIDE],
    ['a folder whose name begins alike', () => join(root, 'outbox-other', 'secret.txt'), OUTSIDE],
    ['the folder itself', () => outbox, OUTSIDE],
    ['a folder in it', () => inOutbox('deep'), ODD],
    ['a path with ..', () => `${outbox}/../secret.txt`, 'is refused: ".." is not allowed in it'],
    ['.. that comes back', () => `${outbox}/deep/../report.pdf`, 'is refused: ".." is not allowed in it'],
    ['a link out', () => inOutbox('link.txt'), LINK],
    ['a link inside', () => inOutbox('link-inside.pdf'), LINK],
    [
      'a folder that is a link',
      () => inOutbox('up/secret.txt'),
      'is refused: there is a symbolic link on the way to it',
    ],
    ['a link to a device', () => inOutbox('zero-link'), LINK],
    ['a device', () => '/dev/zero', OUTSIDE],
    ['a pipe', () => inOutbox('pipe'), ODD],
    ['more than 10 MB', () => inOutbox('big.bin'), 'is refused: it has more than 10 MB'],
    ['an empty file', () => inOutbox('empty.txt'), 'is empty'],
    ['a file that is not there', () => inOutbox('none.pdf'), 'does not exist'],
    ['a file below a file', () => inOutbox('report.pdf/x'), 'does not exist'],
    ['U+0000', () => `${outbox}/report.pdf\0`, 'is no path'],
  ])('refuses %s and names it', async (_name, path, reason) => {
    expect(await readFiles([inOutbox('report.pdf'), path()], [outbox])).toEqual({
      refused: `${path()} ${reason}`,
    });
  });

  it('refuses a device even in an allowed folder', async () => {
    expect(await readFiles(['/dev/zero'], ['/dev'])).toEqual({ refused: `/dev/zero ${ODD}` });
  });

  it('refuses a token without a path, and more files than one message can carry', async () => {
    expect(await readFiles([''], [outbox])).toEqual({ refused: 'MEDIA: names no file' });
    const many = Array.from({ length: 11 }, () => inOutbox('report.pdf'));
    expect(await readFiles(many, [outbox])).toEqual({ refused: '11 files are named, at most 10 can be' });
  });

  it('never throws and never reads outside, whatever the path', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '//',
      'deep',
      'note.txt',
      'up',
      'secret.txt',
      'link.txt',
      '~',
      '\\',
      '%2e',
    );
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `${outbox}/${pieces.join('/')}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(path, fc.string({ unit: 'binary' })), async (odd) => {
        const read = await readFiles([odd], [outbox]);
        const bytes = 'files' in read ? read.files.map((file) => file.bytes.toString()) : [];
        expect(bytes.filter((content) => content !== 'note')).toEqual([]);
      }),
    );
  });
});
