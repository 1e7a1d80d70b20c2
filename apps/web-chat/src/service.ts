import { defineChannelService } from '@skein/channel-kit';
import { webChat } from './index.js';
import { api } from './synchronous/index.js';

/** The surfaces of our own as a service: web chat, and the answers of the API channel. */
export const service = defineChannelService([webChat, api], { name: 'web-chat' });
