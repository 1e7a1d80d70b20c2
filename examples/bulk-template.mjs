// An approved template to many numbers: results stand at the place of their number, and a wrong one stops nothing.
import { Templates } from '@skein/sdk';

const templates = await Templates.whatsapp.list();
const template = templates.find(({ name }) => name === 'message_waiting');
if (template === undefined) throw new Error('there is no such template');

const phoneNumbers = Array.from({ length: 50 }, (_, index) => `+4477009002${String(index).padStart(2, '0')}`);
const { counts, results } = await Templates.whatsapp.send(template.channelId, template.id, {
  phoneNumbers: [...phoneNumbers, 'not a number'],
  values: [],
  onProgress: ({ counts, total }) => console.log(`${total - (counts.pending ?? 0)} of ${total} taken`),
});
console.log(counts);
for (const result of results)
  if ('error' in result) console.log(result.index, result.phoneNumber, result.error.code);
