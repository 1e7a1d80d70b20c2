import type { AddressedEvent, WebhookDefinition } from '@skein/channel-kit';
import type { RawAnswer, RawRequest } from '@skein/contracts';
import { unsupported } from '@skein/contracts';
import type { SmsConfig } from './config.js';
import { readCallback } from './twilio/callback.js';
import { isSigned } from './twilio/signature.js';

/** Twilio's callbacks. SMPP has none: whoever calls an address of such an account is refused. */
export const webhook: WebhookDefinition<SmsConfig> = {
  verify: (raw: RawRequest, { twilio }, { url }) =>
    twilio !== undefined && isSigned(raw, url, twilio.authToken),
  parse,
  reply,
};

function parse(
  body: unknown,
  { account, config, query }: { account: string; config: SmsConfig; query: Record<string, string> },
): AddressedEvent[] {
  if (!config.twilio) return [{ account, event: unsupported('a callback of another carrier', body) }];
  return readCallback(body, { account, query, config: config.twilio });
}

/** An answer without a message: another content type is an error at Twilio (12300). */
function reply(): RawAnswer {
  return {
    status: 200,
    contentType: 'text/xml',
    body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
  };
}
