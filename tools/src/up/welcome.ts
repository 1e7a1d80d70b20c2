import type { DevFile } from '@skein/stack';
import { progress } from './progress.js';

/** The last words of a start: where everything is, and one command to try. */
export function welcome(dev: DevFile, devFile: string): void {
  const rows: [string, string | null][] = [
    ['API', `${dev.apiUrl}   (documentation: ${dev.apiUrl}/docs)`],
    ['Sandbox', dev.sandboxUrl],
    ['NATS', withoutPassword(dev.natsUrl)],
    ['PostgreSQL', withoutPassword(dev.databaseUrl)],
    ['Mail in', dev.smtpUrl],
    ['Web chat', dev.webChatUrl],
    ['Keys', `${devFile}   (addresses with passwords, API key, signing secrets)`],
  ];
  progress.line();
  for (const [name, value] of rows) if (value) progress.line(`  ${name.padEnd(11)} ${value}`);
  progress.line('\n  Send a message:\n');
  progress.line(`    ${example(dev).split('\n').join('\n    ')}`);
  progress.line('\nSkein is ready\n');
}

function example(dev: DevFile): string {
  const body = { channel: 'whatsapp', to: { phoneNumber: '+447700900123' }, text: 'Hello from Skein' };
  return [
    `curl -s ${dev.apiUrl}/v1/messages \\`,
    `  -H 'X-API-Key: ${dev.apiKey}' -H 'Content-Type: application/json' -H 'Prefer: wait=5' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/([^:@/]+):[^@]*@/, '//$1:***@');
}
