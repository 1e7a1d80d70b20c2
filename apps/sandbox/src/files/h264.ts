/** Writes bits and Exp-Golomb codes (ITU H.264, 9.1). */
class BitWriter {
  private text = '';

  bits(value: number, width: number): this {
    this.text += value.toString(2).padStart(width, '0');
    return this;
  }

  /** ue(v): unsigned Exp-Golomb, one after the other. */
  golomb(...values: number[]): this {
    for (const value of values) {
      const code = (value + 1).toString(2);
      this.text += '0'.repeat(code.length - 1) + code;
    }
    return this;
  }

  alignZero(): this {
    this.text = this.text.padEnd(Math.ceil(this.text.length / 8) * 8, '0');
    return this;
  }

  octets(value: number, count: number): this {
    for (let index = 0; index < count; index += 1) this.bits(value, 8);
    return this;
  }

  /** The payload with its stop bit, start-code emulation prevented (7.3.1), behind its NAL header. */
  nal(header: number): Buffer {
    this.bits(1, 1).alignZero();
    const payload = this.text.match(/.{8}/g)?.map((byte) => parseInt(byte, 2)) ?? [];
    const escaped: number[] = [];
    for (const byte of payload) {
      if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
      escaped.push(byte);
    }
    return Buffer.from([header, ...escaped]);
  }
}

/** Macroblocks across and down: a picture of 32 × 32 pixels. */
const ACROSS = 2;
export const PICTURE_SIDE = ACROSS * 16;

export interface H264Picture {
  sps: Buffer;
  pps: Buffer;
  /** One IDR picture; every macroblock is I_PCM, so no prediction or transform is needed to be valid. */
  picture: Buffer;
}

/** A constrained-baseline, level 1.0 stream of one plain picture (ITU H.264, 7.3.2 and 7.3.3). */
export function makeH264(): H264Picture {
  // profile 66, constraint sets 0 and 1, level 10; ids, frame_num of 4 bits, order type 2, 1 reference, size, frame only.
  const sps = new BitWriter().bits(66, 8).bits(0xc0, 8).bits(10, 8).golomb(0, 0, 2, 1).bits(0, 1);
  sps.golomb(ACROSS - 1, ACROSS - 1).bits(0b1000, 4);
  const pps = new BitWriter().golomb(0, 0).bits(0, 2).golomb(0, 0, 0).bits(0, 3).golomb(0, 0, 0).bits(0, 3);
  // first macroblock 0, slice type 7 (I), parameter set 0, frame_num 0, idr id 0, no reference marking, qp delta 0.
  const slice = new BitWriter().golomb(0, 7, 0).bits(0, 4).golomb(0).bits(0, 2).golomb(0);
  for (let index = 0; index < ACROSS * ACROSS; index += 1) {
    slice
      .golomb(25)
      .alignZero()
      .octets(96 + 32 * index, 256)
      .octets(110, 64)
      .octets(150, 64);
  }
  return { sps: sps.nal(0x67), pps: pps.nal(0x68), picture: slice.nal(0x65) };
}
