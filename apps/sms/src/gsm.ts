/**
 * The GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1): the character of each code, from 0x00 to 0x7F. 0x1B leads into the extension
 * table.
 */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** The extension table (6.2.1.1): each takes two septets, ESC and this code. */
const EXTENSION: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const ESC = 0x1b;

const CODES: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...[...BASIC].map((character, code): [string, number[]] => [character, [code]]),
  ...Object.entries(EXTENSION).map(([character, code]): [string, number[]] => [character, [ESC, code]]),
]);

const EXTENDED: ReadonlyMap<string, string> = new Map(
  Object.entries(EXTENSION).map(([character, code]) => [BASIC.charAt(code), character]),
);

/** How many septets a character takes; undefined when the alphabet does not have it. ESC is no character. */
export function septetsOf(character: string): number | undefined {
  return character === '\x1B' ? undefined : CODES.get(character)?.length;
}

/** The text in the alphabet, one septet in each octet, as SMPP carries it with data_coding 0. A character it does not have becomes `?`. */
export function gsmOctets(text: string): Buffer {
  return Buffer.from([...text].flatMap((character) => [...(CODES.get(character) ?? [0x3f])]));
}

/** Text whose ESC pairs came apart, as it does when parts are decoded one by one: puts them together. An unknown pair is a space. */
export function mendEscapes(text: string): string {
  return text.replace(/\x1B([\s\S])?/g, (_, code: string | undefined) => EXTENDED.get(code ?? '') ?? ' ');
}
