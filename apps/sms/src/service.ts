import { defineChannelService } from '@skein/channel-kit';
import { sms } from './index.js';

/** Text messages as a service. */
export const service = defineChannelService([sms], { name: 'sms' });
