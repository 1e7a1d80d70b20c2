import { describe, expect, it } from '@jest/globals';
import { Multipart } from './multipart.js';

describe('a form with a file', () => {
  it('is read back as it was written', async () => {
    const file = {
      bytes: Buffer.from([0, 13, 10, 45, 45, 255]),
      mimeType: 'image/png',
      filename: 'Größe.png',
    };
    const json = { name: 'payload_json', text: '{"a":"é"}', contentType: 'application/json' };
    const { body, contentType } = new Multipart([{ name: 'chat', text: '-100' }, json], 'photo', file);
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    expect(form.get('chat')).toBe('-100');
    expect(form.get('payload_json')).toBe('{"a":"é"}');
    const read = form.get('photo') as File;
    expect([read.name, read.type]).toEqual(['Größe.png', 'image/png']);
    expect(Buffer.from(await read.arrayBuffer())).toEqual(file.bytes);
  });

  it('a name cannot leave its quotes', async () => {
    const file = { bytes: Buffer.from('x'), mimeType: 'text/plain\r\nx: y', filename: '../a"\r\nx-evil: 1' };
    const { body } = new Multipart([], 'file', file);
    expect(body.toString()).toContain('filename=".._a___x-evil: 1"\r\ncontent-type: text/plainx:y\r\n');
  });
});
