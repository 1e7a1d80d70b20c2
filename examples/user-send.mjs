// Reaches a person on the channel on which they wrote last; the items go out in order, as one message.
import { User } from '@skein/sdk';
import { fileAt, sees, writes } from './the-person.mjs';

await User.save({ userId: 'user_124', identities: [{ kind: 'telegram', address: '55501' }] });
await writes('telegram', '55501', 'Hi');
await sees('telegram', '55501');

const user = await User.get('user_124');
const result = await user.send([
  'Your order is on its way.',
  { image: { url: fileAt('small.jpg'), caption: 'Packed this morning' } },
  'What next?\n::: actions\n- [Where is it?](track)\n- [Call me](call)\n:::',
]);
console.log(result.status);
console.log(await sees('telegram', '55501', 4));
