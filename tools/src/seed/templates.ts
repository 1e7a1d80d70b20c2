import type { TemplateRow } from '@skein/contracts';

/** A template as the provider keeps it: the shape of a template in the Graph API. */
export interface ProviderTemplate {
  name: string;
  language: string;
  category: 'UTILITY' | 'MARKETING';
  status: 'APPROVED';
  components: Record<string, unknown>[];
}

/** What the development number has approved: two ways to ask for a reply, and an ordinary one with everything in it. */
export const DEVELOPMENT_TEMPLATES: (ProviderTemplate & { shape: TemplateRow['shape']; body: string })[] = [
  {
    name: 'message_waiting',
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      {
        type: 'BODY',
        text: 'We have a message for you about your request. Reply to this chat to receive it.',
      },
    ],
    shape: { headerParams: 0, bodyParams: 0, buttons: [] },
    body: 'We have a message for you about your request. Reply to this chat to receive it.',
  },
  {
    name: 'news_waiting',
    language: 'en_US',
    category: 'MARKETING',
    status: 'APPROVED',
    components: [
      { type: 'BODY', text: 'We have news that may interest you. Reply to this chat to hear more.' },
    ],
    shape: { headerParams: 0, bodyParams: 0, buttons: [] },
    body: 'We have news that may interest you. Reply to this chat to hear more.',
  },
  {
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Hello {{1}}, your appointment is on {{2}}.' },
      { type: 'FOOTER', text: 'Reply STOP to hear no more.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Confirm' },
          { type: 'QUICK_REPLY', text: 'Move it' },
        ],
      },
    ],
    shape: {
      header: 'image',
      headerParams: 0,
      bodyParams: 2,
      buttons: [
        { type: 'quick_reply', text: 'Confirm', dynamic: false },
        { type: 'quick_reply', text: 'Move it', dynamic: false },
      ],
    },
    body: 'Hello {{1}}, your appointment is on {{2}}.',
  },
  {
    name: 'bienvenida_v1',
    language: 'es_MX',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'Hola {{1}}, te damos la bienvenida con un descuento del {{2}}.' }],
    shape: { headerParams: 0, bodyParams: 2, buttons: [] },
    body: 'Hola {{1}}, te damos la bienvenida con un descuento del {{2}}.',
  },
];

/** The templates as the provider side knows them. */
export function providerTemplates(): ProviderTemplate[] {
  return DEVELOPMENT_TEMPLATES.map(({ name, language, category, status, components }) => ({
    name,
    language,
    category,
    status,
    components,
  }));
}
