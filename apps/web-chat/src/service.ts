import { defineChannelService } from '@skein/channel-kit';
import { webChat } from './index.js';

/** Web chat as a service. */
export const service = defineChannelService([webChat], { name: 'web-chat' });
