// What would happen, before it happens: channel, window, consent, the exact parts, and what the channel cannot show.
import { Channels } from '@skein/sdk';

const plan = await Channels.plan({
  channel: 'sms',
  to: { phoneNumber: '+447700900103' },
  text: 'Shall we?\n::: actions\n- [Yes](yes)\n- [No](no)\n:::',
});
console.log(plan.status, plan.channel?.kind);
console.log(plan.parts);
console.log(plan.losses);
