import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf } from '@skein/contracts';
import type { Capabilities, EmailPart, MessageContent } from '@skein/contracts';
import { planParts } from '../plan/plan-parts.js';
import type { PlanContext } from '../plan/plan.js';

const email = capabilitiesOf('email') as Capabilities;

describe('P16, R6: e-mail', () => {
  const mail = (content: MessageContent, context: PlanContext = {}): EmailPart => {
    const made = planParts(content, email, context);
    if ('refusal' in made) throw new Error(made.refusal.detail);
    return made.parts[0] as EmailPart;
  };

  it('is one part with both bodies, attachments and the thread', () => {
    const part = mail(
      {
        text: `Hello <b>\n\n**Bold**\n::: actions\n- Yes\n:::`,
        media: [{ media: 'image', source: { mediaId: 'm' }, caption: 'Cat', filename: 'c.png' }],
      },
      { inReplyTo: '<1@x>', references: ['<1@x>'], unsubscribeUrl: 'https://x.test/u', autoSubmitted: true },
    );
    expect(part).toMatchObject({
      subject: 'Hello <b>',
      text: 'Hello <b>\n\nBold\n\nReply with a number:\n1. Yes\n\nCat',
      attachments: [{ source: { mediaId: 'm' }, media: 'image', filename: 'c.png' }],
      inReplyTo: '<1@x>',
      unsubscribeUrl: 'https://x.test/u',
      autoSubmitted: true,
    });
    expect(part.html).toContain('Hello &lt;b&gt;');
    expect(part.html).toContain('<strong>Bold</strong>');
  });

  it("keeps the caller's bodies and subject", () => {
    const part = mail({
      email: { subject: 'S\r\nBcc: x', html: '<html><body><p>Hi&amp;</p></body></html>', cc: ['a@x.test'] },
    });
    expect(part).toMatchObject({
      subject: 'S Bcc: x',
      text: 'Hi&',
      html: '<html><body><p>Hi&amp;</p></body></html>',
      cc: ['a@x.test'],
    });
  });

  it('does not link to scripts', () => {
    const interactive = { type: 'link', text: 'See', label: 'x', url: 'javascript:alert(1)' } as const;
    expect(mail({ interactive }).html).not.toContain('href');
  });
});
