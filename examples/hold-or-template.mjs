// The window is closed, since the person has never written: the message is held, or an approved template goes instead.
import { Channels, WindowClosedError } from '@skein/sdk';
import { fileAt, sees } from './the-person.mjs';

const to = { phoneNumber: '+447700900102' };
const text = 'Following up on your request.';

// Default: held. The person is asked to write, and gets the message when they do.
const result = await Channels.send({ channel: 'whatsapp', to, text });
if (result.queued) console.log('held until the person writes');

// Or fail at once, and send a template. What failed never goes out later.
try {
  await Channels.send({
    channel: 'whatsapp',
    to,
    text,
    options: { whatsapp: { onClosedWindow: 'fail' } },
  });
} catch (error) {
  if (!(error instanceof WindowClosedError)) throw error;
  const sent = await Channels.whatsapp.sendTemplate({
    to,
    templateName: 'appointment_reminder',
    languageCode: 'en_US',
    header: { type: 'image', url: fileAt('small.jpg') },
    params: ['Ana', 'Friday'],
    messageContext: 'Followed up on the customer’s open request',
  });
  console.log('template', sent.status);
}
console.log(await sees('whatsapp', to.phoneNumber, 2));
