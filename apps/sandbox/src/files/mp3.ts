/** MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono, no CRC: 104 octets a frame (ISO 11172-3). */
const HEADER = [0xff, 0xfb, 0x10, 0xc0];
const FRAME_OCTETS = Math.floor((144 * 32_000) / 44_100);

/** Silence: frames whose side information says that no bits follow. 40 frames last about one second. */
export function makeMp3(frames = 40): Buffer {
  const frame = Buffer.alloc(FRAME_OCTETS);
  frame.set(HEADER);
  return Buffer.concat(new Array<Buffer>(frames).fill(frame));
}
