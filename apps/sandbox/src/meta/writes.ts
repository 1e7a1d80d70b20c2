import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { invalid, notFound, Refusal } from '../core/refusal.js';
import type { Account } from './accounts.js';
import { presentMessage } from './inbox.js';
import { makeMid } from './message-id.js';
import type { Person } from './people.js';
import type { MetaSide } from './side.js';
import { fileOfPerson } from './person-files.js';

export interface WriteQuestion {
  side: MetaSide;
  person: Person;
  account: Account;
  fields: Fields;
}

/** What a person caused: the member that gives the event its kind, or an entry of its own. */
export interface Written {
  id: string;
  type: string;
  part?: JsonObject;
  entry?: JsonObject;
  /** It is a message or a press, after which the business may answer for 24 h. */
  opensWindow: boolean;
}

type Builder = (question: WriteQuestion) => Written;

/** What a person can do, by the field of the request that asks for it. */
const WRITES: Readonly<Record<string, Builder>> = {
  press: pressButton,
  media: (question) => message(question, { attachments: [fileOfPerson(question)], ...captionOf(question) }),
  reaction: react,
  edit,
  revoke,
  location: shareLocation,
  sticker: sendSticker,
  likeHeart: (question) => message(onInstagram(question), { attachments: [{ type: 'like_heart' }] }),
  share,
  story: (question) => {
    const story = onInstagram(question).fields.object('story');
    const about = {
      id: '17850000000000001',
      url: story?.optionalText('url') ?? 'https://lookaside.fbsbx.com/story',
    };
    return message(question, { text: story?.text('text'), reply_to: { story: about } });
  },
  storyMention: (question) => {
    const url = onInstagram(question).fields.object('storyMention')?.text('url');
    return message(question, { attachments: [{ type: 'story_mention', payload: { url } }] });
  },
  unsupported: (question) => message(onInstagram(question), { is_unsupported: true }),
  referral: (question) => other('referral', question.fields.object('referral')?.body ?? {}),
  optin: (question) => other('optin', question.fields.object('optin')?.body ?? {}),
  standby,
  raw: (question) => ({
    id: '',
    type: 'raw',
    part: question.fields.object('raw')?.body ?? {},
    opensWindow: false,
  }),
  rawEntry: ({ fields }) => ({
    id: '',
    type: 'raw',
    entry: fields.object('rawEntry')?.body ?? {},
    opensWindow: false,
  }),
  text: (question) => message(question, { text: question.fields.text('text') }),
};

/** Builds what the request asks for; a 400 names what is missing. */
export function buildWritten(question: WriteQuestion): Written {
  const name = Object.keys(WRITES).find((field) => question.fields.has(field));
  const build = name === undefined ? undefined : WRITES[name];
  if (!build) throw invalid('body', `must hold one of ${Object.keys(WRITES).join(', ')}`);
  return build(question);
}

function message({ side, fields }: WriteQuestion, content: JsonObject): Written {
  const id = makeMid(side.platform);
  const replyTo = fields.optionalText('replyTo');
  const answered = replyTo === undefined ? {} : { reply_to: { mid: replyTo } };
  return { id, type: 'message', part: { message: { mid: id, ...content, ...answered } }, opensWindow: true };
}

function other(name: string, body: JsonObject): Written {
  return { id: '', type: name, part: { [name]: body }, opensWindow: false };
}

function onInstagram(question: WriteQuestion): WriteQuestion {
  return only(question, 'instagram');
}

function only(question: WriteQuestion, kind: string): WriteQuestion {
  if (question.side.platform.kind === kind) return question;
  throw new Refusal(409, 'not_supported', `${question.side.platform.kind} has no such thing.`);
}

function captionOf({ fields }: WriteQuestion): JsonObject {
  const caption = fields.object('media')?.optionalText('caption');
  return caption === undefined ? {} : { text: caption };
}

/** Presses the newest button whose id or label is given. */
function pressButton(question: WriteQuestion): Written {
  const { side, person, account, fields } = question;
  const wanted = fields.text('press');
  for (const received of person.inbox.toReversed()) {
    if (received.accountId !== account.config.accountId) continue;
    const buttons = presentMessage(side, received).buttons ?? [];
    const button = buttons.find(({ id }) => id === wanted) ?? buttons.find(({ title }) => title === wanted);
    if (button) return pressed(question, button);
  }
  throw notFound(`There is no button ${JSON.stringify(wanted)} in the inbox of this person.`);
}

function pressed(question: WriteQuestion, button: { type: string; title: string; id: string }): Written {
  const { type, title, id: payload } = button;
  if (type === 'quick_reply') return message(question, { text: title, quick_reply: { payload } });
  if (type !== 'postback') {
    throw new Refusal(409, 'not_supported', `A button of type ${type} sends nothing to the business.`);
  }
  const id = makeMid(question.side.platform);
  // Older versions of the platform leave the id out.
  const named = question.fields.flag('withoutMid', false) ? {} : { mid: id };
  return { id, type: 'postback', part: { postback: { ...named, title, payload } }, opensWindow: true };
}

/** Names beside the emoji (Meta, message_reactions). */
const REACTION_NAMES: Readonly<Record<string, string>> = {
  '❤️': 'love',
  '❤': 'love',
  '👍': 'like',
  '😆': 'smile',
};

function react({ person, account, fields }: WriteQuestion): Written {
  const asked = fields.object('reaction');
  const mine = person.inbox.filter(
    ({ accountId, payload }) => accountId === account.config.accountId && payload['message'] !== undefined,
  );
  const mid = asked?.optionalText('messageId') ?? mine.at(-1)?.id;
  if (mid === undefined) throw notFound('There is no message to react to.');
  const emoji = asked?.optionalText('emoji') ?? '';
  const reaction = REACTION_NAMES[emoji] ?? 'other';
  const body = emoji === '' ? { mid, action: 'unreact' } : { mid, action: 'react', emoji, reaction };
  return { id: '', type: 'reaction', part: { reaction: body }, opensWindow: false };
}

function edit(question: WriteQuestion): Written {
  const asked = question.fields.object('edit');
  const mid = asked?.optionalText('messageId') ?? lastWritten(question);
  const body = { mid, text: asked?.text('text'), num_edit: 1 };
  return { id: '', type: 'message_edit', part: { message_edit: body }, opensWindow: false };
}

/** Messenger does not tell a business what was unsent. */
function revoke(question: WriteQuestion): Written {
  const mid =
    onInstagram(question).fields.object('revoke')?.optionalText('messageId') ?? lastWritten(question);
  return { id: '', type: 'revoke', part: { message: { mid, is_deleted: true } }, opensWindow: false };
}

function lastWritten({ person, account }: WriteQuestion): string {
  const mine = person.written.filter(
    ({ channelId, id }) => channelId === account.config.channelId && id !== '',
  );
  const id = mine.at(-1)?.id;
  if (id === undefined) throw notFound('This person has written nothing.');
  return id;
}

function shareLocation(question: WriteQuestion): Written {
  const place = only(question, 'messenger').fields.object('location');
  const [lat, long] = [place?.body['latitude'], place?.body['longitude']];
  const title = place?.optionalText('name') ?? 'Pinned Location';
  return message(question, {
    attachments: [{ type: 'location', title, payload: { coordinates: { lat, long } } }],
  });
}

/** `like` or an id. During the change of 2026 both kinds of attachment are there (Meta, messages, 1 June 2026). */
function sendSticker(question: WriteQuestion): Written {
  const asked = only(question, 'messenger').fields.text('sticker');
  const sticker_id = asked === 'like' ? 369239263222822 : Number(asked);
  const payload = { url: `${question.side.world.origin()}/files/small.jpg`, sticker_id };
  return message(question, {
    attachments: [
      { type: 'sticker', payload },
      { type: 'image', payload },
    ],
  });
}

/** A post, a reel or a link: `{type, url, title?}`. */
function share(question: WriteQuestion): Written {
  const asked = question.fields.object('share');
  const [type, url] = [asked?.optionalText('type') ?? 'share', asked?.text('url')];
  const title = asked?.optionalText('title');
  return message(question, {
    attachments: [{ type, payload: title === undefined ? { url } : { url, title } }],
  });
}

/** Another app has the thread: this one is only told. */
function standby({ side, person, account, fields }: WriteQuestion): Written {
  const id = makeMid(side.platform);
  const event = {
    sender: { id: person.id },
    recipient: { id: account.config.accountId },
    timestamp: side.world.clock.now(),
    message: { mid: id, text: fields.object('standby')?.text('text') },
  };
  return { id, type: 'standby', entry: { standby: [event] }, opensWindow: false };
}
