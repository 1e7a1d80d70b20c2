import { Maybe, SEND_LIMITS, Words } from '@skein/contracts';
import { IsInt, Max, Min } from 'class-validator';

const { min, max } = SEND_LIMITS.delayMs;

/** The new time of a scheduled message: exactly one of the two. */
export class RescheduleDto {
  /** Milliseconds from now. */
  @Maybe() @IsInt() @Min(min) @Max(max) delay?: number;
  @Maybe() @Words(64) scheduleTime?: string;
}
