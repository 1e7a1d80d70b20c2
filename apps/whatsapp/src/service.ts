import { defineChannelService } from '@skein/channel-kit';
import { whatsapp } from './index.js';

/** The WhatsApp channel as a service. */
export const service = defineChannelService([whatsapp], { name: 'whatsapp' });
