import { ID_PATTERN, JOB_LIMITS, type FieldError, type JobSchedule } from '@skein/contracts';
import type { JobDefinition } from '@skein/persistence';
import { readSafe, refuseFields } from '../http/query.js';
import { JobDto, type ScheduleDto } from './job.dto.js';

/** The fields that go with each type; the first one is what it cannot do without. */
const FIELDS = {
  cron: ['expression', 'timezone'],
  interval: ['seconds'],
  once: ['executeAt'],
} as const satisfies Record<JobSchedule['type'], readonly (keyof ScheduleDto)[]>;

/** Reads the definition of a job. @throws `invalid_request` with the fields */
export function readJob(name: string, json: unknown): JobDefinition {
  if (!ID_PATTERN.test(name))
    return refuseFields([{ field: 'name', reason: 'must be 1 to 64 letters, digits, _ or -' }]);
  const { description = null, schedule, retry, timeout, missed = 'run_once' } = readSafe(JobDto, json);
  const errors = misfits(schedule);
  if (errors.length > 0) return refuseFields(errors);
  return {
    name,
    description,
    schedule: { ...schedule } as JobSchedule,
    retry: { attempts: 1, ...retry },
    timeoutSeconds: timeout ?? JOB_LIMITS.timeout.standard,
    missed,
  };
}

function misfits(schedule: ScheduleDto): FieldError[] {
  const [required, ...more] = FIELDS[schedule.type];
  const missing = schedule[required] === undefined;
  const known: string[] = ['type', required, ...more];
  return [
    ...(missing
      ? [{ field: `schedule.${required}`, reason: `is required when type is ${schedule.type}` }]
      : []),
    ...Object.entries(schedule)
      .filter(([field, value]) => value !== undefined && !known.includes(field))
      .map(([field]) => ({ field: `schedule.${field}`, reason: `does not go with type ${schedule.type}` })),
  ];
}
