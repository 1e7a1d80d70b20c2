import { makeH264, PICTURE_SIDE } from './h264.js';

const u16 = (...values: number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

function u32(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32BE(value, index * 4));
  return buffer;
}

function box(type: string, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

/** Milliseconds: one picture shown for one second. */
const TIMESCALE = 1000;
const DURATION = 1000;
const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function sampleEntry(sps: Buffer, pps: Buffer): Buffer {
  const config = Buffer.from([1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1]);
  const avcC = box('avcC', config, u16(sps.length), sps, Buffer.from([1]), u16(pps.length), pps);
  const size = u16(PICTURE_SIDE, PICTURE_SIDE);
  const head = Buffer.concat([u16(0, 0, 0, 1), Buffer.alloc(16), size, u32(0x480000, 0x480000, 0), u16(1)]);
  return box('avc1', head, Buffer.alloc(32), u16(24, 0xffff), avcC);
}

function sampleTable(sps: Buffer, pps: Buffer, sampleSize: number, dataOffset: number): Buffer {
  return box(
    'stbl',
    box('stsd', u32(0, 1), sampleEntry(sps, pps)),
    box('stts', u32(0, 1, 1, DURATION)),
    box('stsc', u32(0, 1, 1, 1, 1)),
    box('stsz', u32(0, 0, 1, sampleSize)),
    box('stco', u32(0, 1, dataOffset)),
  );
}

function movie(table: Buffer): Buffer {
  const header = Buffer.concat([
    u32(0, 0, 0, TIMESCALE, DURATION, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    IDENTITY,
  ]);
  const track = Buffer.concat([u32(3, 0, 0, 1, 0, DURATION, 0, 0), u16(0, 0, 0, 0), IDENTITY]);
  const shape = u32(PICTURE_SIDE << 16, PICTURE_SIDE << 16);
  const dataReference = box('dinf', box('dref', u32(0, 1), box('url ', u32(1))));
  const media = box(
    'mdia',
    box('mdhd', u32(0, 0, 0, TIMESCALE, DURATION), u16(0x55c4, 0)),
    box('hdlr', u32(0, 0), 'vide', Buffer.alloc(12), 'Picture\0'),
    box('minf', box('vmhd', u32(1, 0, 0)), dataReference, table),
  );
  return box(
    'moov',
    box('mvhd', header, Buffer.alloc(24), u32(2)),
    box('trak', box('tkhd', track, shape), media),
  );
}

/** An MP4 with one H.264 picture and no sound (ISO 14496-12 and -15). */
export function makeMp4(): Buffer {
  const { sps, pps, picture } = makeH264();
  const sample = Buffer.concat([u32(picture.length), picture]);
  const type = box('ftyp', 'isom', u32(0x200), 'isomiso2avc1mp41');
  // The table's size does not depend on the offset it holds, so the first build only measures.
  const measured = movie(sampleTable(sps, pps, sample.length, 0)).length;
  const offset = type.length + measured + 8;
  return Buffer.concat([type, movie(sampleTable(sps, pps, sample.length, offset)), box('mdat', sample)]);
}
