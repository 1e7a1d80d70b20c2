/** What a number with a magic ending does. Any other number is a person who exists and answers nothing by itself. */
export interface Magic {
  ending: string;
  code: number;
  /** `now`: the request is refused. `late`: it is accepted and a `failed` status follows. */
  when: 'now' | 'late';
  /** Applies to marketing templates only. */
  marketingOnly?: boolean;
  /** Applies only while the window is closed, instead of the usual refusal. */
  closedWindowOnly?: boolean;
  meaning: string;
}

/**
 * Six digits, so that a load test which counts its recipients upwards does not run into them.
 * Example: +15550990404 is not on WhatsApp.
 */
export const MAGIC_NUMBERS: readonly Magic[] = [
  { ending: '990404', code: 131026, when: 'now', meaning: 'not on WhatsApp, refused at once' },
  { ending: '990405', code: 131026, when: 'late', meaning: 'not on WhatsApp, reported late' },
  {
    ending: '990447',
    code: 131047,
    when: 'late',
    closedWindowOnly: true,
    meaning: 'closed window reported late',
  },
  {
    ending: '990449',
    code: 131049,
    when: 'late',
    marketingOnly: true,
    meaning: 'marketing held back by the platform',
  },
  { ending: '990450', code: 131050, when: 'now', marketingOnly: true, meaning: 'stopped marketing messages' },
  { ending: '990472', code: 130472, when: 'late', marketingOnly: true, meaning: 'part of an experiment' },
  { ending: '990497', code: 130497, when: 'now', meaning: 'country not allowed' },
  { ending: '990500', code: 131000, when: 'late', meaning: 'unknown error reported late' },
];

/** The magic of a WhatsApp id, if its last six digits have any. */
export function magicOf(waId: string | null): Magic | undefined {
  // '99' is looked at first because this runs for every message.
  if (waId?.[waId.length - 6] !== '9' || waId[waId.length - 5] !== '9') return undefined;
  return MAGIC_NUMBERS.find(({ ending }) => waId.endsWith(ending));
}
