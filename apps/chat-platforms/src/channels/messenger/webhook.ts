import type { WebhookDefinition } from '@skein/channel-kit';
import { SHARED_READERS } from '../../meta/inbound-event.js';
import { readWebhook } from '../../meta/inbound-webhook.js';
import type { Surface } from '../../meta/inbound-webhook.js';
import { isSigned, shakeHands } from '../../meta/signature.js';
import type { MessengerConfig } from './config.js';
import { delivery, read } from './inbound-receipts.js';

const SURFACE: Surface = { object: 'page', readers: { ...SHARED_READERS, delivery, read } };

export const webhook: WebhookDefinition<MessengerConfig> = {
  verify: (raw, { appSecret }) => isSigned(raw, appSecret),
  parse: (body, { account }) => readWebhook(body, account, SURFACE),
  handshake: (raw, { verifyToken }) => shakeHands(raw, verifyToken),
};
