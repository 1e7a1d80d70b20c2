// A service that knows nothing of Skein's code: the classic nats client publishes a send and follows what becomes of it.
import { readFileSync } from 'node:fs';
import { connect, JSONCodec } from 'nats';

const { natsUrl, workspaceId } = JSON.parse(
  readFileSync(`${process.env.SKEIN_DATA_DIR ?? '.skein'}/dev.json`, 'utf8'),
);
const { host, username, password } = new URL(natsUrl);
const nats = await connect({ servers: host, user: username, pass: password });
const jetstream = nats.jetstream();

// The last token is the idempotency key: published twice, it is sent once.
const order = `order-${Date.now()}`;
const body = { channel: 'sms', to: { phoneNumber: '+447700900105' }, text: 'Your order has left.' };
await jetstream.publish(`skein.send.${workspaceId}.${order}`, JSONCodec().encode(body));

// Events come in arrays, from the first that was not acknowledged.
const consumer = await jetstream.consumers.get('EVENTS', `ws_${workspaceId}`);
for await (const message of await consumer.consume()) {
  const events = message.json().filter(({ idempotencyKey }) => idempotencyKey === order);
  message.ack();
  for (const { type, data } of events) console.log(type, data.status);
  if (events.some(({ type }) => type === 'message-delivered')) break;
}
await nats.drain();
