// Messages over REST, with nothing but fetch: text, picture, template, and a word to the agent.
import { readFileSync } from 'node:fs';
import { fileAt, sees, writes } from './the-person.mjs';

const { apiUrl, apiKey, channels } = JSON.parse(
  readFileSync(`${process.env.SKEIN_DATA_DIR ?? '.skein'}/dev.json`, 'utf8'),
);
const phone = '+521234567890';

async function post(path, body) {
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
  const answer = await fetch(`${apiUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const told = await answer.json();
  console.log(answer.status, told.status, told.detail ?? '');
}

await writes('whatsapp', phone, 'Hola'); // opens the window: this form sends into a conversation only
await sees('whatsapp', phone);

await post('/v1/messages', {
  channelId: channels.whatsapp,
  conversationId: phone,
  content: 'Hola, te escribo desde Skein',
  client: { name: 'Ana López', customFields: { placas: 'ABC123' } },
});

await post('/v1/messages', {
  channelId: channels.whatsapp,
  conversationId: phone,
  type: 'image',
  content: { image: { url: fileAt('small.jpg'), caption: 'Aquí está la foto' } },
});

await post('/v1/messages', {
  channelId: channels.whatsapp,
  conversationId: phone,
  type: 'instruction',
  content: { text: 'Continúa con el flujo de venta y ofrece un descuento del 10%.', mode: 'wait' },
});

await post('/v1/messages/template', {
  channelId: channels.whatsapp,
  conversationId: '+521234567891', // a number that never wrote
  template: {
    name: 'appointment_reminder',
    type: 'image',
    file: fileAt('small.jpg'),
    params: ['Ana', 'el viernes'],
  },
  client: { name: 'Ana López', email: 'ana@example.com' },
});
