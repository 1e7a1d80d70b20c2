import type { Capabilities, Component, EmailAttachment } from '@skein/contracts';
import { STYLE, anchor, html } from '../dialects/html.js';
import { plain } from '../dialects/plain.js';
import { loseUnknown } from '../ladders/flow.js';
import type { ComponentOf } from '../ladders/ladder.js';
import { tableText } from '../ladders/table.js';
import { readMarkup } from '../markup/read-markup.js';
import type { ChoiceList } from '../plan/choices.js';
import type { LossList } from '../plan/loss-list.js';
import type { Choice, Wording } from '../plan/plan.js';
import { escapeHtml } from '../text/html.js';
import { linkText } from '../text/link-text.js';

/** One component in both bodies of a mail. */
export interface Bodies {
  text: string;
  html: string;
}

/** What mail rendering writes besides the bodies. */
export interface MailDraft {
  capabilities: Capabilities;
  wording: Wording;
  losses: LossList;
  choices: ChoiceList;
  attachments: EmailAttachment[];
}

type Renderer<T extends Component['type']> = (component: ComponentOf<T>, mail: MailDraft) => Bodies;

const RENDERERS: { [T in Component['type']]: Renderer<T> } = {
  text: ({ text }) => prose(text),
  media: attach,
  actions: ({ actions }, mail) => {
    mail.losses.add('actions', 'downgraded', 'buttons shown as numbered text');
    return numbered(mail.choices.add(actions), mail, () => ({}));
  },
  list: ({ items }, mail) => {
    mail.losses.add('list', 'downgraded', 'list shown as numbered text');
    const choices = mail.choices.add(items.map(({ id, title }) => ({ id, label: title })));
    return numbered(choices, mail, (index) => items[index] ?? {});
  },
  links: ({ links }) => ({
    text: links.map(({ label, url }) => linkText(label, url)).join('\n'),
    html: paragraph(links.map(({ label, url }) => anchor(label, url)).join('<br>')),
  }),
  payment: ({ label, url }, mail) => {
    mail.losses.add('payment', 'downgraded', 'payment shown as a link');
    return { text: linkText(label, url), html: paragraph(anchor(label, url, STYLE.button)) };
  },
  flow: ({ fields }, mail) => {
    const {
      flow_id: flowId = '',
      flow_cta: label = '',
      screen = '',
      header = '',
      body = '',
      footer = '',
    } = fields;
    loseUnknown(fields, { lose: (...loss) => mail.losses.add(...loss) });
    mail.losses.add(
      'flow',
      'downgraded',
      `flow ${[flowId, label, screen].filter(Boolean).join(', ')} shown as text`,
    );
    return prose([header, body, footer].filter(Boolean).join('\n\n'));
  },
  navigate: ({ label, path }, mail) => {
    mail.losses.add('navigate', 'downgraded', `path ${path} cannot be opened here`);
    return { text: label, html: paragraph(escapeHtml(label)) };
  },
  table: ({ rows }) => ({ text: tableText(rows), html: tableHtml(rows) }),
};

/** Both bodies of a component. */
export function bodiesOf<T extends Component['type']>(
  component: ComponentOf<T> & { type: T },
  mail: MailDraft,
): Bodies {
  const render: Renderer<T> = RENDERERS[component.type];
  return render(component, mail);
}

function prose(text: string): Bodies {
  const runs = readMarkup(text);
  return { text: plain.write(runs), html: html.write(runs) };
}

function attach({ media, source, caption, filename }: ComponentOf<'media'>, mail: MailDraft): Bodies {
  const words = prose(caption ?? '');
  if (mail.capabilities.media[media]) {
    mail.attachments.push({ source, media, ...(filename ? { filename } : {}) });
    return words;
  }
  const name = filename ?? media;
  if ('mediaId' in source) {
    mail.losses.add('media', 'dropped', `${media} ${source.mediaId}`);
    return { text: `${words.text}\n${name}`.trim(), html: words.html + paragraph(escapeHtml(name)) };
  }
  mail.losses.add('media', 'downgraded', `${media} shown as a link`);
  return {
    text: `${words.text}\n${linkText(name, source.url)}`.trim(),
    html: words.html + paragraph(anchor(name, source.url)),
  };
}

function numbered(
  choices: readonly Choice[],
  { wording }: MailDraft,
  more: (index: number) => { subtitle?: string; imageUrl?: string },
): Bodies {
  const lines = choices.map(({ number, label }, index) => {
    const { subtitle, imageUrl } = more(index);
    const note = subtitle ? `<br><span style="${STYLE.muted}">${escapeHtml(subtitle)}</span>` : '';
    const image = imageUrl ? `<br><img src="${escapeHtml(imageUrl)}" alt="" width="240">` : '';
    return {
      text: [`${number}. ${label}`, subtitle, imageUrl].filter(Boolean).join('\n   '),
      html: paragraph(`${number}. ${escapeHtml(label)}${note}${image}`),
    };
  });
  return {
    text: [wording.replyWith, ...lines.map((line) => line.text)].join('\n'),
    html: paragraph(escapeHtml(wording.replyWith)) + lines.map((line) => line.html).join(''),
  };
}

function paragraph(content: string): string {
  return `<p style="${STYLE.paragraph}">${content}</p>`;
}

function tableHtml(rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag} style="${STYLE.cell}">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells, index) => row(cells, index === 0 ? 'th' : 'td')).join('');
  return `<table style="border-collapse:collapse;margin:0 0 14px">${body}</table>`;
}
