// Sends to a person you know, on the channel you choose, and follows what becomes of it.
import { Channels, User } from '@skein/sdk';
import { sees, writes } from './the-person.mjs';

await User.save({ userId: 'user_123', identities: [{ kind: 'whatsapp', address: '+447700900101' }] });
await writes('whatsapp', '+447700900101', 'Hello'); // opens the 24-hour window
await sees('whatsapp', '+447700900101');

const result = await Channels.send({
  channel: 'whatsapp',
  to: { userId: 'user_123' },
  text: 'Your appointment is confirmed for tomorrow at 3pm.',
});
console.log(result.delivered ? 'delivered' : result.status);

for (const { step, text } of await Channels.timeline(result.messageId)) console.log(`${step}: ${text}`);
