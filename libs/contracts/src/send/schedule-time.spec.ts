import { describe, expect, it } from '@jest/globals';
import { readScheduleTime } from './schedule-time.js';

describe('readScheduleTime', () => {
  it.each<[string, string, string | undefined]>([
    ['2026-03-08T01:30:00', 'America/New_York', '2026-03-08T06:30:00.000Z'],
    // The clock jumps from 2:00 to 3:00: 2:30 does not exist and is read after the jump or before it, never on another day.
    ['2026-03-08T03:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01T12:00', 'America/New_York', '2026-11-01T17:00:00.000Z'],
    ['2026-07-01T09:00:00.250', 'Europe/Berlin', '2026-07-01T07:00:00.250Z'],
    ['2026-07-01T09:00:00', 'Asia/Kathmandu', '2026-07-01T03:15:00.000Z'],
    ['2026-07-01T09:00:00-0530', 'UTC', '2026-07-01T14:30:00.000Z'],
    ['2026-07-01T24:00:00Z', 'UTC', undefined],
    ['2026-07-01', 'UTC', undefined],
    ['2026-07-01T09:00:00+99:00', 'UTC', undefined],
  ])('M7: reads %s in %s', (text, zone, wanted) => {
    expect(readScheduleTime(text, zone)?.toISOString()).toBe(wanted);
  });
});
