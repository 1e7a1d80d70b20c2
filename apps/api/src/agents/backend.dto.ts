import { Maybe, WebAddress, Words } from '@skein/contracts';
import { IsIn, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';

export const BACKEND_TYPES = ['concierge', 'http', 'nats', 'openai'] as const;
export type BackendType = (typeof BACKEND_TYPES)[number];

/** Who answers an agent's turns. Which fields a type has is in `BACKEND_FIELDS`. */
export class BackendDto {
  /**
   * `concierge` is built in; `http` posts each turn to `url`; `nats` asks whoever listens on the agent's own subject; `openai` lets a
   * model answer over any chat-completions endpoint.
   */
  @IsIn(BACKEND_TYPES) type!: BackendType;
  /** Where turns are posted; for a model the base address, such as `https://api.openai.com/v1`. */
  @Maybe() @WebAddress() url?: string;
  /** Seconds that one try may take; default 30, for a model 120 with all its rounds. */
  @Maybe() @IsInt() @Min(1) @Max(300) timeoutSeconds?: number;
  /** Sent to the person when a turn failed for good; without it nothing is said. */
  @Maybe() @Words(1000) apology?: string;
  @Maybe() @Words(200) model?: string;
  /** The beginning of the model's system prompt. */
  @Maybe() @Words(32_000) instructions?: string;
  /** Sealed; it is in no answer and no log. */
  @Maybe()
  @Words(1000)
  @Matches(/^[\x21-\x7e]+$/, { message: 'must have visible ASCII characters only' })
  apiKey?: string;
  @Maybe() @IsNumber() @Min(0) @Max(2) temperature?: number;
  /** Rounds in which the model may call tools; default 8. */
  @Maybe() @IsInt() @Min(0) @Max(32) maxToolRounds?: number;
}
