import type { WebhookDefinition } from '@skein/channel-kit';
import { SHARED_READERS } from '../../meta/inbound-event.js';
import { readWebhook } from '../../meta/inbound-webhook.js';
import type { Surface } from '../../meta/inbound-webhook.js';
import { isSigned, shakeHands } from '../../meta/signature.js';
import type { InstagramConfig } from './config.js';
import { read } from './inbound-read.js';

const SURFACE: Surface = { object: 'instagram', readers: { ...SHARED_READERS, read } };

export const webhook: WebhookDefinition<InstagramConfig> = {
  verify: (raw, { appSecret }) => isSigned(raw, appSecret),
  parse: (body, { account }) => readWebhook(body, account, SURFACE),
  handshake: (raw, { verifyToken }) => shakeHands(raw, verifyToken),
};
