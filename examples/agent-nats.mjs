// The same over NATS: no port, no address, as many processes as you like.
import { serveAgent } from '@skein/sdk';

const agent = await serveAgent({ agent: 'desk', nats: {} }, async ({ message }) => [
  `You said "${message.text}".`,
  'Anything else?',
]);
console.log('listening');
process.once('SIGINT', () => agent.close());
