import { serverEvents } from '@skein/channel-kit';
import { MAX_MESSAGES, type MessageContent } from '@skein/contracts';
import type { Answer, TurnContext } from './backend.js';
import { jsonOf, saidIn } from './read-answer.js';

/**
 * Reads an answer that comes as server-sent events and sends each message as it arrives. The place in the stream is the key of the
 * message, so that a rerun of the turn repeats nothing. `done` ends the stream; its data is an answer, most of the time only with
 * `usage` in it. A stream that ends without it has ended too.
 *
 * @throws when the stream breaks or says something that is no message; what went out before stays.
 */
export async function streamedAnswer(
  body: AsyncIterable<Buffer>,
  { sends }: Pick<TurnContext, 'sends'>,
): Promise<Answer> {
  let place = 0;
  for await (const { event = 'message', data } of serverEvents(body)) {
    if (event === 'done') return saidIn(jsonOf(data));
    if (event !== 'message')
      throw new Error(`The agent sent an event "${event.slice(0, 40)}" that nobody knows.`);
    if (place === MAX_MESSAGES) throw new Error(`The agent sent more than ${MAX_MESSAGES} messages.`);
    await sends.say(contentIn(data), `stream:${place}`);
    place += 1;
  }
  return { replies: [] };
}

/** What looks like JSON must be JSON; anything else is the text itself. */
function contentIn(data: string): MessageContent {
  const value = /^\s*["{[]/.test(data) ? jsonOf(data) : data;
  const [reply] = saidIn({ messages: [value] }).replies;
  if (reply === undefined) throw new Error('The agent sent an empty message.');
  return reply.content;
}
