import type { Capabilities, Component, EmailPart, Loss, MessageContent } from '@skein/contracts';
import { componentsOf, withoutText } from '../components-of.js';
import { STYLE } from '../dialects/html.js';
import { SUBJECT_MAX } from '../fits.js';
import { parseText } from '../parse/parse-text.js';
import { ChoiceList } from '../plan/choices.js';
import { LossList } from '../plan/loss-list.js';
import type { Choice, PlanContext, Wording } from '../plan/plan.js';
import { clean, cleanLine } from '../text/clean.js';
import { textOfHtml } from '../text/html.js';
import { shorten } from '../text/shorten.js';
import { bodiesOf } from './bodies.js';
import type { Bodies, MailDraft } from './bodies.js';

/** RFC 5322 section 2.1.1 recommends lines of at most 78 characters; a subject made from the text keeps to it. */
const MADE_SUBJECT_MAX = 78;

/**
 * The whole message as one mail. An HTML or text body of the caller is used as it is; the other body is made from it or from
 * the message text. Files become attachments; buttons and lists are answered by number.
 */
export function composeMail(
  content: MessageContent,
  capabilities: Capabilities,
  context: PlanContext,
  wording: Wording,
): { part: EmailPart; losses: Loss[]; choices: Choice[] } {
  const mail: MailDraft = {
    capabilities,
    wording,
    losses: new LossList(),
    choices: new ChoiceList(),
    attachments: [],
  };
  const own = content.email ?? {};
  const said = saidIn(content, mail);
  const parts = componentsOf({ parts: content.parts ?? [] });
  mail.losses.addAll(parts.losses);
  const more = joined([...withoutText(content), ...parts.components], mail);
  const text = [said.text, more.text].filter((body) => body !== '').join('\n\n');
  const part: EmailPart = {
    type: 'email',
    subject: subjectOf(content, context, text, mail),
    text,
    html: own.html === undefined ? page(said.html + more.html) : withEnd(said.html, more.html),
    attachments: mail.attachments,
    ...envelope(own, context),
  };
  return { part, losses: mail.losses.all(), choices: mail.choices.all };
}

/** The caller's own bodies, and what is rendered where one is missing. */
function saidIn(content: MessageContent, mail: MailDraft): Bodies {
  const { text: ownText, html: ownHtml } = content.email ?? {};
  const source = content.text ?? ownText ?? '';
  const parsed = parseText(source);
  mail.losses.addAll(parsed.losses);
  const made = joined(parsed.components, mail);
  const html = ownHtml === undefined ? made.html : clean(ownHtml);
  const text = made.text === '' ? textOfHtml(html) : made.text;
  return { text: ownText === undefined ? text : clean(ownText).trim(), html };
}

function joined(components: readonly Component[], mail: MailDraft): Bodies {
  const bodies = components.map((component) => bodiesOf(component, mail));
  return {
    text: bodies
      .map(({ text }) => text.trim())
      .filter((text) => text !== '')
      .join('\n\n'),
    html: bodies.map(({ html }) => html).join(''),
  };
}

function subjectOf(content: MessageContent, context: PlanContext, text: string, mail: MailDraft): string {
  const given = cleanLine(content.email?.subject ?? '') || cleanLine(context.email?.subject ?? '');
  if (given !== '') {
    const fitted = shorten(given, SUBJECT_MAX, 'characters');
    if (fitted !== given)
      mail.losses.add('subject', 'downgraded', `"${shorten(given, 200, 'utf16')}" shortened`);
    return fitted;
  }
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  return shorten(cleanLine(first), MADE_SUBJECT_MAX, 'characters') || mail.wording.subject;
}

function envelope(own: NonNullable<MessageContent['email']>, context: PlanContext): Partial<EmailPart> {
  const inReplyTo = own.inReplyTo ?? context.inReplyTo;
  const references = own.references ?? context.references;
  return {
    ...(own.cc?.length ? { cc: own.cc } : {}),
    ...(own.bcc?.length ? { bcc: own.bcc } : {}),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references?.length ? { references } : {}),
    ...(context.unsubscribeUrl === undefined ? {} : { unsubscribeUrl: context.unsubscribeUrl }),
    ...(context.autoSubmitted === undefined ? {} : { autoSubmitted: context.autoSubmitted }),
  };
}

function page(body: string): string {
  return `<!doctype html><html><head><meta charset="utf-8"></head><body><div style="${STYLE.body}">${body}</div></body></html>`;
}

/** Rendered components go to the end of the caller's own page, inside its body. */
function withEnd(own: string, more: string): string {
  const end = own.toLowerCase().lastIndexOf('</body>');
  return more === '' || end === -1 ? own + more : own.slice(0, end) + more + own.slice(end);
}
