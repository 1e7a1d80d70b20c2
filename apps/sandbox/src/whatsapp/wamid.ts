import { randomBytes } from 'node:crypto';

/** Octets around the phone number in ids seen from the platform. */
const HEAD = '\x1c\x18\x0b';
const MIDDLE = { toPerson: '\x15\x02\x00\x11\x18\x12', fromPerson: '\x15\x02\x00\x12\x18\x14' };
/** Random per process, so that ids of two runs never meet; the counter makes them unique inside one. */
const RUN = randomBytes(5).toString('hex').toUpperCase();
let count = 0;

/** A message id of the platform's look: `wamid.` and base64 around the person and 18 hexadecimal digits. */
export function makeWamid(person: string, direction: keyof typeof MIDDLE): string {
  count += 1;
  const serial = RUN + count.toString(16).toUpperCase().padStart(8, '0');
  return `wamid.${Buffer.from(`${HEAD}${person}${MIDDLE[direction]}${serial}\0`, 'latin1').toString('base64')}`;
}
