import { Maybe, Nested, WebAddress, Words } from '@skein/contracts';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';

export const BACKEND_TYPES = ['concierge', 'http'] as const;

/** Who answers an agent's turns. */
export class BackendDto {
  /** `concierge` is built in; `http` posts each turn to `url`. */
  @IsIn(BACKEND_TYPES) type!: (typeof BACKEND_TYPES)[number];
  @Maybe() @WebAddress() url?: string;
  /** Seconds that one try may take; default 30. */
  @Maybe() @IsInt() @Min(1) @Max(300) timeoutSeconds?: number;
  /** Sent to the person when a turn failed for good; without it nothing is said. */
  @Maybe() @Words(1000) apology?: string;
}

export class NewAgentDto {
  @Maybe()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _ or -' })
  id?: string;
  @Words(200) name!: string;
  @Maybe() @Nested(BackendDto) backend?: BackendDto;
}

export class AgentChangeDto {
  @Maybe() @Words(200) name?: string;
  @Maybe() @Nested(BackendDto) backend?: BackendDto;
}
