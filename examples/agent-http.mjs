// An agent of your own, over HTTP. Skein posts each turn, signed; what you return is said.
// Tell Skein once where it listens: POST /v1/agents answers with the signing secret, see README.md.
import { serveAgent } from '@skein/sdk';

const agent = await serveAgent(
  { agent: 'shop', http: { port: Number(process.env.PORT ?? 4000), secret: process.env.SKEIN_AGENT_SECRET } },
  async ({ message, contact }) => {
    if (message.content.action) return `You chose ${message.content.action.id}.`;
    return [
      `Hello ${contact.name ?? 'there'}! You said "${message.text}".`,
      'What would you like?\n::: actions\n- [Shoes](shoes)\n- [Hats](hats)\n:::',
    ];
  },
);
console.log('listening on', agent.url);
process.once('SIGINT', () => agent.close());
