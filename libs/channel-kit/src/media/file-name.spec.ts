import { describe, expect, it } from '@jest/globals';
import { fileName } from './file-name.js';

describe('R5: what a file is called', () => {
  it.each([
    ['offer.pdf', 'offer.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\photos\\me.jpg', 'me.jpg'],
    ['a\u0000.jpg', 'a.jpg'],
    ['a\r\nb', 'ab'],
    ['a\ud83d.jpg', 'a.jpg'],
    [`${'x'.repeat(254)}😀.jpg`, 'x'.repeat(254)],
    ['Größe ✓.pdf', 'Größe ✓.pdf'],
    ['folder/', undefined],
    ['../..', undefined],
    ['', undefined],
  ])('%j is %j', (said, name) => expect(fileName(said)).toBe(name));
});
