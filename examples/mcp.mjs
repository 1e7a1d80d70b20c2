// The same over MCP, with the official client.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { fileAt, sees, writes } from './the-person.mjs';

const { apiUrl, apiKey, channels } = JSON.parse(
  readFileSync(`${process.env.SKEIN_DATA_DIR ?? '.skein'}/dev.json`, 'utf8'),
);
const phone = '+521234567892';
await writes('whatsapp', phone, 'Hola');
await sees('whatsapp', phone);

const mcp = new Client({ name: 'example', version: '1.0.0' });
const requestInit = { headers: { 'x-api-key': apiKey } };
await mcp.connect(new StreamableHTTPClientTransport(new URL(`${apiUrl}/mcp`), { requestInit }));
console.log((await mcp.listTools()).tools.map(({ name }) => name).join(' '));

const sent = await mcp.callTool({
  name: 'send_message',
  arguments: {
    channelId: channels.whatsapp,
    conversationId: phone,
    content: 'Hola, te escribo desde Skein',
    client: { name: 'Ana López', customFields: { placas: 'ABC123' } },
  },
});
console.log(sent.structuredContent);

const template = await mcp.callTool({
  name: 'send_template_message',
  arguments: {
    channelId: channels.whatsapp,
    conversationId: phone,
    template: {
      name: 'appointment_reminder',
      type: 'image',
      file: fileAt('small.jpg'),
      params: ['Ana', 'el viernes'],
    },
  },
});
console.log(template.structuredContent);
await mcp.close();
