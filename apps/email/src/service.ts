import { defineChannelService } from '@skein/channel-kit';
import { email } from './index.js';

/** The e-mail channel as a service. */
export const service = defineChannelService([email], { name: 'email' });
