import { SkeinError } from './skein-error.js';

/** A field is wrong, missing or not known; `errors` names each of them. */
export class InvalidRequestError extends SkeinError {}
/** Several channels fit; `choices` lists them. */
export class AmbiguousChannelError extends SkeinError {}
/** No valid API key. */
export class UnauthorizedError extends SkeinError {}
/** The key may not do this, or the turn is over. */
export class ForbiddenError extends SkeinError {}
/** There is no such message, contact or channel in the workspace. */
export class NotFoundError extends SkeinError {}
/** There is no conversation or address to send to. */
export class NoConversationError extends SkeinError {}
/** The platform's service window is closed. */
export class WindowClosedError extends SkeinError {}
/** The person opted out. */
export class OptedOutError extends SkeinError {}
/** It has been done already, or otherwise: the message left, the key or the address belongs to something else. */
export class ConflictError extends SkeinError {}
/** The channel cannot do this. */
export class NotSupportedError extends SkeinError {}
/** The text or the file is too large. */
export class TooLargeError extends SkeinError {}
/** The file could not be fetched. */
export class MediaUnreachableError extends SkeinError {}
/** The template is unknown, not approved, wrongly filled, or not allowed for the number. */
export class TemplateError extends SkeinError {}
/** Too many requests; the SDK has already tried again. */
export class RateLimitedError extends SkeinError {}
/** The platform refused the message. */
export class ProviderRejectedError extends SkeinError {}
/** Nothing was done because a server is away; the SDK has already tried again. */
export class UnavailableError extends SkeinError {}
/** The agent did not answer in time. */
export class AgentTimeoutError extends SkeinError {}
/** No address or no API key was given. */
export class NotConfiguredError extends SkeinError {}
/** Something went wrong on the server's side. */
export class ServerError extends SkeinError {}
/**
 * The request left and no answer came, whatever was tried: it may have been done. Repeat it with `idempotencyKey`, or look at
 * `messageId`, which is there when the workspace is known.
 */
export class UnknownOutcomeError extends SkeinError {}
