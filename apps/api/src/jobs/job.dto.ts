import {
  ID_PATTERN,
  JOB_LIMITS,
  Maybe,
  MISSED_POLICIES,
  Nested,
  Words,
  WordsList,
  type JobRetry,
  type MissedPolicy,
} from '@skein/contracts';
import { ArrayMinSize, IsIn, IsInt, IsUUID, Matches, Max, Min } from 'class-validator';

const SCHEDULE_TYPES = ['cron', 'interval', 'once'] as const;
const BACKOFFS = ['fixed', 'exponential'] as const;
const OUTCOMES = ['done', 'failed', 'released'] as const;

/** When a job fires: `expression` goes with cron, `seconds` with interval, `executeAt` with once. */
export class ScheduleDto {
  @IsIn(SCHEDULE_TYPES) type!: (typeof SCHEDULE_TYPES)[number];
  /** Five fields, or six with seconds first. */
  @Maybe() @Words(JOB_LIMITS.expression) expression?: string;
  /** IANA name; default is the workspace's. */
  @Maybe() @Words(100) timezone?: string;
  @Maybe() @IsInt() @Min(JOB_LIMITS.interval.min) @Max(JOB_LIMITS.interval.max) seconds?: number;
  /** ISO 8601; without a zone it is read in the workspace's. */
  @Maybe() @Words(64) executeAt?: string;
}

/** What happens after a try that failed, ran out of time, or was never heard of again. */
export class RetryDto implements JobRetry {
  /** Tries in all. */
  @IsInt() @Min(1) @Max(JOB_LIMITS.attempts) attempts!: number;
  @Maybe() @IsInt() @Min(0) @Max(JOB_LIMITS.delaySeconds) delaySeconds?: number;
  @Maybe() @IsIn(BACKOFFS) backoff?: (typeof BACKOFFS)[number];
}

export class JobDto {
  @Maybe() @Words(JOB_LIMITS.description) description?: string;
  @Nested(ScheduleDto) schedule!: ScheduleDto;
  @Maybe() @Nested(RetryDto) retry?: RetryDto;
  /** Seconds that one try may take. */
  @Maybe() @IsInt() @Min(JOB_LIMITS.timeout.min) @Max(JOB_LIMITS.timeout.max) timeout?: number;
  @Maybe() @IsIn(MISSED_POLICIES) missed?: MissedPolicy;
}

/** What a worker can run. */
export class ClaimDto {
  @WordsList(JOB_LIMITS.names, 64)
  @ArrayMinSize(1)
  @Matches(ID_PATTERN, { each: true, message: 'each item must be 1 to 64 letters, digits, _ or -' })
  names!: string[];
  /** Runs at most; default 1. */
  @Maybe() @IsInt() @Min(1) @Max(JOB_LIMITS.claim) max?: number;
  /** Seconds to wait for one; default 0. */
  @Maybe() @IsInt() @Min(0) @Max(JOB_LIMITS.wait) wait?: number;
  /** How lists of runs show it. */
  @Maybe() @Words(JOB_LIMITS.worker) worker?: string;
}

export class HeartbeatDto {
  @IsUUID() token!: string;
}

export class ResultDto extends HeartbeatDto {
  /** `released` gives the run back: the try does not count. */
  @IsIn(OUTCOMES) status!: (typeof OUTCOMES)[number];
  /** Why it failed. */
  @Maybe() @Words(JOB_LIMITS.error) error?: string;
}
