import { Cron } from 'croner';
import { JOB_LIMITS, readScheduleTime, type FieldError, type JobSchedule } from '@skein/contracts';

/** What the times of a job follow from. */
export interface JobClock {
  schedule: JobSchedule;
  /** The zone of the workspace, for a schedule that names none. */
  timeZone: string;
  /** What intervals count from. */
  anchorAt: Date;
}

/**
 * The first firing after a time; undefined when there is none.
 *
 * Cron runs on the clock of the wall. A fixed time that a clock change skips fires when the gap ends (02:30 at 03:00), one that comes
 * twice fires at the first of the two. What repeats within the hour, such as every 20 minutes, keeps its pace through both.
 *
 * @throws croner's error for an expression or a zone that does not exist; what is stored has been checked.
 */
export function nextFiring({ schedule, timeZone, anchorAt }: JobClock, after: Date): Date | undefined {
  if (schedule.type === 'cron') return cronOf(schedule, timeZone).nextRun(after) ?? undefined;
  if (schedule.type === 'interval') {
    const ms = schedule.seconds * 1000;
    const passed = Math.floor((after.getTime() - anchorAt.getTime()) / ms);
    return new Date(anchorAt.getTime() + Math.max(passed + 1, 1) * ms);
  }
  const at = readScheduleTime(schedule.executeAt, timeZone);
  return at !== undefined && at > after ? at : undefined;
}

/**
 * The latest firings from one that is known up to a time, both counted in, in order; at least the known one.
 *
 * @param most how many at most: a job that stood still for a year must not be counted through.
 */
export function firingsUntil(clock: JobClock, from: Date, until: Date, most: number): Date[] {
  // Mostly only one is due, and looking back costs a hundred searches.
  const second = nextFiring(clock, from);
  if (second === undefined || second > until) return [from];
  const found = latestFirings(clock, until, most).filter((at) => at >= from && at <= until);
  return found.length === 0 ? [from] : found;
}

function latestFirings({ schedule, timeZone, anchorAt }: JobClock, until: Date, most: number): Date[] {
  if (schedule.type === 'once') return [];
  if (schedule.type === 'cron') {
    // Croner looks before the second of its reference, and cron knows no parts of a second.
    const nextSecond = new Date((Math.floor(until.getTime() / 1000) + 1) * 1000);
    return cronOf(schedule, timeZone).previousRuns(most, nextSecond).reverse();
  }
  const ms = schedule.seconds * 1000;
  const last = Math.floor((until.getTime() - anchorAt.getTime()) / ms);
  const first = Math.max(1, last - most + 1);
  const count = Math.max(0, last - first + 1);
  return Array.from({ length: count }, (_, index) => new Date(anchorAt.getTime() + (first + index) * ms));
}

function cronOf({ expression, timezone }: JobSchedule & { type: 'cron' }, timeZone: string): Cron {
  return new Cron(expression, { timezone: timezone ?? timeZone });
}

/** What is wrong with a schedule; empty when it will fire. */
export function scheduleErrors(schedule: JobSchedule, timeZone: string, now: Date): FieldError[] {
  if (schedule.type === 'interval') return [];
  if (schedule.type === 'once') return onceErrors(schedule.executeAt, timeZone, now);
  const { expression, timezone } = schedule;
  if (timezone !== undefined && !isZone(timezone))
    return [
      { field: 'schedule.timezone', reason: 'is not a time zone; use an IANA name such as Europe/Berlin' },
    ];
  const field = 'schedule.expression';
  // Croner also takes years, dates and nicknames; one notation is enough to read.
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6)
    return [{ field, reason: 'must have five fields, or six with seconds first' }];
  try {
    const next = cronOf(schedule, timeZone).nextRun(now);
    return next === null ? [{ field, reason: 'never fires: there is no such day' }] : [];
  } catch {
    return [{ field, reason: 'is not a valid cron expression' }];
  }
}

function onceErrors(executeAt: string, timeZone: string, now: Date): FieldError[] {
  const at = readScheduleTime(executeAt, timeZone);
  const field = 'schedule.executeAt';
  if (at === undefined) return [{ field, reason: 'must be an ISO 8601 date and time' }];
  if (at <= now) return [{ field, reason: 'is in the past' }];
  const isFar = at.getTime() - now.getTime() > JOB_LIMITS.interval.max * 1000;
  return isFar ? [{ field, reason: 'is more than a year ahead' }] : [];
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
