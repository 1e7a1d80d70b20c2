import { AGENT_LIMITS, Decimal, Maybe, Nested, Words } from '@skein/contracts';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { BackendDto } from './backend.dto.js';

const { credits, creditDecimals } = AGENT_LIMITS;

/** How quick messages are gathered into one turn. */
export class TurnsDto {
  /** Milliseconds of quiet after the last message; 0 = every message has a turn of its own. */
  @Maybe() @IsInt() @Min(0) @Max(AGENT_LIMITS.debounceMs) debounceMs?: number;
  /** Messages in one turn at most. */
  @Maybe() @IsInt() @Min(1) @Max(AGENT_LIMITS.maxBatch) maxBatch?: number;
}

/** What a turn costs. */
export class CreditsDto {
  @Maybe() @Decimal(credits, creditDecimals) perTurn?: number;
  /** For every 1,000 tokens that the backend reports. */
  @Maybe() @Decimal(credits, creditDecimals) perThousandTokens?: number;
}

export class NewAgentDto {
  @Maybe()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _ or -' })
  id?: string;
  @Words(200) name!: string;
  @Maybe() @Nested(BackendDto) backend?: BackendDto;
  @Maybe() @Nested(TurnsDto) turns?: TurnsDto;
  @Maybe() @Nested(CreditsDto) credits?: CreditsDto;
}

export class AgentChangeDto {
  @Maybe() @Words(200) name?: string;
  @Maybe() @Nested(BackendDto) backend?: BackendDto;
  @Maybe() @Nested(TurnsDto) turns?: TurnsDto;
  @Maybe() @Nested(CreditsDto) credits?: CreditsDto;
}
