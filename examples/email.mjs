// A mail with both bodies and a file. The answer comes back into the same thread.
import { Channels } from '@skein/sdk';
import { sees } from './the-person.mjs';

const result = await Channels.email.send({
  to: 'ada@example.org',
  subject: 'Your booking',
  text: 'Friday at eight, two people.',
  html: '<p><b>Friday at eight</b>, two people.</p>',
  attachments: [{ filename: 'menu.txt', content: 'Soup, fish, cake.' }],
});
console.log(result.status, result.conversationId);
console.log(await sees('email', 'ada@example.org'));
