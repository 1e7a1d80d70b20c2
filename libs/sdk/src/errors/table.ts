import type { ErrorCode } from '@skein/contracts';
import {
  AgentTimeoutError,
  AmbiguousChannelError,
  ConflictError,
  ForbiddenError,
  InvalidRequestError,
  MediaUnreachableError,
  NoConversationError,
  NotConfiguredError,
  NotFoundError,
  NotSupportedError,
  OptedOutError,
  ProviderRejectedError,
  RateLimitedError,
  ServerError,
  TemplateError,
  TooLargeError,
  UnauthorizedError,
  UnavailableError,
  UnknownOutcomeError,
  WindowClosedError,
} from './classes.js';
import type { ErrorFacts, LocalCode, SkeinError } from './skein-error.js';

type ErrorClass = new (message: string, facts: ErrorFacts) => SkeinError;

/** The class of every code. */
export const ERROR_CLASSES: Readonly<Record<ErrorCode | LocalCode, ErrorClass>> = {
  invalid_request: InvalidRequestError,
  ambiguous_channel: AmbiguousChannelError,
  media_unreachable: MediaUnreachableError,
  unauthorized: UnauthorizedError,
  forbidden: ForbiddenError,
  not_found: NotFoundError,
  unknown_channel: NotFoundError,
  no_conversation: NoConversationError,
  window_closed: WindowClosedError,
  opted_out: OptedOutError,
  already_sent: ConflictError,
  idempotency_conflict: ConflictError,
  identity_conflict: ConflictError,
  superseded: ConflictError,
  not_supported: NotSupportedError,
  payload_too_large: TooLargeError,
  media_too_large: TooLargeError,
  template_not_found: TemplateError,
  template_not_approved: TemplateError,
  template_parameters: TemplateError,
  us_marketing_template: TemplateError,
  rate_limited: RateLimitedError,
  provider_rejected: ProviderRejectedError,
  unavailable: UnavailableError,
  agent_timeout: AgentTimeoutError,
  unknown_outcome: UnknownOutcomeError,
  not_configured: NotConfiguredError,
  internal: ServerError,
};

/** The error of a code, in the class of that code. */
export function errorFor(message: string, facts: ErrorFacts): SkeinError {
  return new ERROR_CLASSES[facts.code](message, facts);
}
