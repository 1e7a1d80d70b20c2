export * from './definition.js';
export {
  allowedHosts,
  BlockedAddressError,
  checkUrl,
  isPublicAddress,
  type AllowedHosts,
} from './http/address-guard.js';
export {
  GuardedClient,
  readAll,
  TooLargeError,
  type GuardedAnswer,
  type GuardedRequest,
  type GuardedStream,
} from './http/guarded-fetch.js';
export { limited } from './http/limited.js';
export { Multipart, type FormField } from './http/multipart.js';
export {
  providerRequest,
  retryAfter,
  transportFailure,
  type ProviderAnswer,
  type ProviderRequest,
} from './http/provider-http.js';
export { serverEvents, type ServerEvent } from './http/server-events.js';
export { fileName } from './media/file-name.js';
export { mediaUrl, verifyMediaUrl } from './media/media-url.js';
export { MAX_MEDIA_BYTES, storeMedia, type StoredMedia } from './media/store-media.js';
export { ChannelConfig } from './service/channel-config.js';
export { defineChannelService, type ChannelServiceOptions } from './service/define-channel-service.js';
export type { CheckAnswer } from './service/side-questions.js';
export { settleOf, type AnsweredCall } from './settle-of.js';
export {
  decodeAnswer,
  decodeWebhook,
  encodeWebhook,
  WEBHOOK_HEADER,
  type WebhookCall,
} from './webhook/wire.js';
