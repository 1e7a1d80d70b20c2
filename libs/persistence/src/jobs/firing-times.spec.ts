import { describe, expect, it } from '@jest/globals';
import type { JobSchedule } from '@skein/contracts';
import fc from 'fast-check';
import { firingsUntil, nextFiring, scheduleErrors, type JobClock } from './firing-times.js';

const ANCHOR = new Date('2026-01-01T00:00:00Z');
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
  'America/Mexico_City',
  'Africa/Casablanca',
];

const cron = (expression: string, timeZone = 'Europe/Berlin'): JobClock => ({
  schedule: { type: 'cron', expression },
  timeZone,
  anchorAt: ANCHOR,
});

function firings(clock: JobClock, after: string, count: number): string[] {
  const found: Date[] = [];
  for (let at = new Date(after); found.length < count;) {
    at = nextFiring(clock, at) as Date;
    found.push(at);
  }
  return found.map((at) => at.toISOString().slice(0, 16));
}

const minute = fc.constantFrom('0', '30', '*/20', '*', '7,37');
const hour = fc.constantFrom('*', '2', '*/6', '9', '1-3');
const day = fc.constantFrom('*', '1', '31', 'L');
const weekday = fc.constantFrom('*', 'MON-FRI', '0');
const expressions = fc.tuple(minute, hour, day, fc.constant('*'), weekday).map((fields) => fields.join(' '));
const clocks: fc.Arbitrary<JobClock> = fc
  .tuple(
    fc.oneof(
      expressions.map((expression): JobSchedule => ({ type: 'cron', expression })),
      fc.integer({ min: 1, max: 100_000 }).map((seconds): JobSchedule => ({ type: 'interval', seconds })),
    ),
    fc.constantFrom(...ZONES),
  )
  .map(([schedule, timeZone]) => ({ schedule, timeZone, anchorAt: ANCHOR }));
/** Clock changes in those zones, around which croner has the hardest time. */
const CHANGES = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-02-15T02:00:00Z',
  '2026-03-22T02:00:00Z',
];
const times = fc.oneof(
  fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -10_800_000, max: 10_800_000 }))
    .map(([change, ms]) => new Date(Date.parse(change) + ms)),
);

describe('firing times', () => {
  it('P15: the next firing is later, firings strictly increase, and nothing lies between two of them', () => {
    fc.assert(
      fc.property(clocks, times, fc.nat(86_400_000), (clock, after, within) => {
        const next = nextFiring(clock, after) as Date;
        expect(next.getTime()).toBeGreaterThan(after.getTime());
        const second = nextFiring(clock, next) as Date;
        expect(second.getTime()).toBeGreaterThan(next.getTime());
        const between = new Date(Math.min(after.getTime() + within, next.getTime() - 1));
        expect(nextFiring(clock, between)).toEqual(next);
      }),
      { numRuns: 300 },
    );
  });

  it('P15: looking back over a downtime finds what looking ahead would have fired, the latest first to be kept', () => {
    fc.assert(
      fc.property(clocks, times, fc.integer({ min: 0, max: 12 }), (clock, after, steps) => {
        const ahead = [nextFiring(clock, after) as Date];
        for (let step = 0; step < steps; step += 1)
          ahead.push(nextFiring(clock, ahead.at(-1) as Date) as Date);
        const [first, last] = [ahead[0] as Date, ahead.at(-1) as Date];
        expect(firingsUntil(clock, first, last, 100)).toEqual(ahead);
        expect(firingsUntil(clock, first, last, 3)).toEqual(ahead.slice(-3));
      }),
      { numRuns: 60 },
    );
  });

  it('P15: a time that a clock change skips fires when the gap ends; one that comes twice fires once', () => {
    const spring = ['2026-03-29T01:00', '2026-03-30T00:30'];
    expect(firings(cron('30 2 * * *'), '2026-03-28T12:00:00Z', 2)).toEqual(spring);
    const autumn = ['2026-10-25T00:30', '2026-10-26T01:30'];
    expect(firings(cron('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual(autumn);
  });

  it('P15: what repeats within the hour keeps its pace through both changes', () => {
    const spring = ['00:40', '01:00', '01:20'].map((time) => `2026-03-29T${time}`);
    expect(firings(cron('*/20 * * * *'), '2026-03-29T00:30:00Z', 3)).toEqual(spring);
    const autumn = ['00:40', '01:00', '01:20'].map((time) => `2026-10-25T${time}`);
    expect(firings(cron('*/20 * * * *'), '2026-10-25T00:30:00Z', 3)).toEqual(autumn);
  });

  it("P15: 9 AM is 9 AM of the zone, named or the workspace's", () => {
    expect(firings(cron('0 9 * * *', 'Asia/Kathmandu'), '2026-05-01T00:00:00Z', 1)).toEqual([
      '2026-05-01T03:15',
    ]);
    const named: JobClock = {
      schedule: { type: 'cron', expression: '0 9 * * *', timezone: 'America/New_York' },
      timeZone: 'Asia/Kathmandu',
      anchorAt: ANCHOR,
    };
    expect(firings(named, '2026-05-01T00:00:00Z', 1)).toEqual(['2026-05-01T13:00']);
  });

  it('P15: six fields have seconds first', () => {
    expect(nextFiring(cron('*/15 * * * * *'), ANCHOR)).toEqual(new Date('2026-01-01T00:00:15Z'));
  });

  it('P15: once fires once', () => {
    const clock: JobClock = {
      schedule: { type: 'once', executeAt: '2026-05-01T09:00' },
      timeZone: 'Europe/Berlin',
      anchorAt: ANCHOR,
    };
    const at = new Date('2026-05-01T07:00:00Z');
    expect(nextFiring(clock, ANCHOR)).toEqual(at);
    expect(nextFiring(clock, at)).toBeUndefined();
  });
});

describe('a schedule that cannot be', () => {
  it.each<[JobSchedule, string, RegExp]>([
    [{ type: 'cron', expression: '0 0 30 2 *' }, 'schedule.expression', /never fires/],
    [{ type: 'cron', expression: '0 0 0 31 4 *' }, 'schedule.expression', /never fires/],
    [{ type: 'cron', expression: '61 * * * *' }, 'schedule.expression', /not a valid/],
    [{ type: 'cron', expression: '*/0 * * * *' }, 'schedule.expression', /not a valid/],
    [{ type: 'cron', expression: '* * * *' }, 'schedule.expression', /five fields/],
    [{ type: 'cron', expression: '@daily' }, 'schedule.expression', /five fields/],
    [{ type: 'cron', expression: '0 * * * * * 2099' }, 'schedule.expression', /five fields/],
    [
      { type: 'cron', expression: '0 9 * * *', timezone: 'Mars/Base' },
      'schedule.timezone',
      /not a time zone/,
    ],
    [{ type: 'once', executeAt: '2025-12-31T00:00:00Z' }, 'schedule.executeAt', /past/],
    [{ type: 'once', executeAt: '2026-02-30T00:00:00Z' }, 'schedule.executeAt', /ISO 8601/],
    [{ type: 'once', executeAt: '2099-01-01T00:00:00Z' }, 'schedule.executeAt', /a year ahead/],
  ])('P15: %j is refused in %s', (schedule, field, reason) => {
    const errors = scheduleErrors(schedule, 'UTC', ANCHOR);
    expect(errors).toEqual([{ field, reason: expect.stringMatching(reason) }]);
  });

  it('P15: a leap day is a day', () => {
    expect(scheduleErrors({ type: 'cron', expression: '0 0 29 2 *' }, 'UTC', ANCHOR)).toEqual([]);
  });
});
