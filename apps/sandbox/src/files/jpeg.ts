/** Huffman code lengths and symbols of ITU T.81 table K.3 (luminance DC): symbol = size of the difference in bits. */
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const DC_CODES = ['00', '010', '011', '100', '101', '110', '1110', '11110', '111110', '1111110'];
/** The only AC symbol needed is "end of block", given the one-bit code 0. */
const AC_COUNTS = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const END_OF_BLOCK = '0';

const segment = (marker: number, ...content: number[]): number[] => [
  0xff,
  marker,
  (content.length + 2) >> 8,
  (content.length + 2) & 0xff,
  ...content,
];

function differenceBits(difference: number): string {
  const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const magnitude = difference > 0 ? difference : difference + 2 ** size - 1;
  return (DC_CODES[size] ?? '') + (size === 0 ? '' : magnitude.toString(2).padStart(size, '0'));
}

function scanBytes(bits: string): number[] {
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes = padded.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? [];
  return bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0x00] : [byte]));
}

function scanBits(blocks: number): string {
  let bits = '';
  let previous = [0, 0, 0];
  for (let index = 0; index < blocks * blocks; index += 1) {
    // A diagonal ramp in Y, blue growing to the right, red growing downwards.
    const column = index % blocks;
    const row = Math.floor(index / blocks);
    const levels = [8 * (column + row) - 60, 6 * column, 6 * row];
    levels.forEach((level, component) => {
      bits += differenceBits(level - (previous[component] ?? 0)) + END_OF_BLOCK;
    });
    previous = levels;
  }
  return bits;
}

/** A baseline JPEG of 8-bit YCbCr, `blocks` × 8 pixels square: one flat colour per 8 × 8 block (ITU T.81). */
export function makeJpeg(blocks = 8): Buffer {
  const side = blocks * 8;
  const size = [side >> 8, side & 0xff];
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0),
    ...segment(0xdb, 0, ...new Array<number>(64).fill(8)),
    ...segment(0xc0, 8, ...size, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...segment(0xc4, 0x00, ...DC_COUNTS, ...DC_SYMBOLS),
    ...segment(0xc4, 0x10, ...AC_COUNTS, 0),
    ...segment(0xda, 3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0),
    ...scanBytes(scanBits(blocks)),
    ...[0xff, 0xd9],
  ]);
}
