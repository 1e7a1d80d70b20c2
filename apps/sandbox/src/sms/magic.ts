/** What a number with a magic ending does, at either carrier. */
export interface Magic {
  ending: string;
  /** `now`: the call is refused. `late`: it is taken, and its receipt says that it failed. */
  when: 'now' | 'late';
  /** Twilio's error code. */
  twilio: number;
  /** command_status of the answer, or the state of the receipt. */
  smpp: { status: number } | { state: number; word: string; error: string };
}

/** Six digits, so that a load test which counts its recipients upwards does not run into them. */
const MAGIC_NUMBERS: readonly Magic[] = [
  { ending: '990404', when: 'now', twilio: 21614, smpp: { status: 0x0b } },
  { ending: '990410', when: 'now', twilio: 21610, smpp: { status: 0x66 } },
  { ending: '990403', when: 'late', twilio: 30003, smpp: { state: 3, word: 'EXPIRED', error: '027' } },
  { ending: '990405', when: 'late', twilio: 30006, smpp: { state: 5, word: 'UNDELIV', error: '001' } },
  { ending: '990407', when: 'late', twilio: 30007, smpp: { state: 8, word: 'REJECTD', error: 'SPAM' } },
];

export function magicOf(address: string): Magic | undefined {
  return MAGIC_NUMBERS.find(({ ending }) => address.endsWith(ending));
}
