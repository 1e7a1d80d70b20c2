// The synchronous API channel: a message in, the agent's answer out, in one call.
import { readFileSync } from 'node:fs';

const dev = JSON.parse(readFileSync(`${process.env.SKEIN_DATA_DIR ?? '.skein'}/dev.json`, 'utf8'));

async function sendMessage(channelId, apiKey, message) {
  const response = await fetch(`${dev.apiUrl}/api/v1/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': apiKey },
    body: JSON.stringify({
      content: { text: { body: message } },
      type: 'TEXT',
      contactIdentifier: 'user@example.com',
    }),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${response.statusText}`);
  return await response.json();
}

const result = await sendMessage(dev.channels.api, dev.apiKey, 'Hello!');
for (const { sender_name, content } of result.aiMessages) console.log(`${sender_name}: ${content.text.body}`);
