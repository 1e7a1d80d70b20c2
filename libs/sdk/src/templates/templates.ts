import type { TemplateRow } from '@skein/contracts';
import { errorFor } from '../errors/index.js';
import type { Requester } from '../http/requester.js';
import type { Page } from '../messages/types.js';
import { bulkOf, type BulkSends } from './bulk.js';

/** A template with what it asks for. */
export type Template = TemplateRow;

/** Templates by platform. */
export interface Templates {
  readonly whatsapp: WhatsAppTemplates;
}

/** The templates of WhatsApp numbers, and sends of one of them to many. */
export interface WhatsAppTemplates extends BulkSends {
  /** Those of one channel, or of all. */
  list(channelId?: string): Promise<Template[]>;
  /** @throws `NotFoundError` */
  get(channelId: string, templateId: string): Promise<Template>;
}

/** {@link Templates} over a requester. */
export function templatesOf(requester: Requester): Templates {
  return {
    whatsapp: {
      ...bulkOf(requester),
      list: async (channelId) => {
        const call = { method: 'GET', path: '/v1/templates', query: { channelId } } as const;
        return (await requester.request<Page<Template>>(call)).items;
      },
      get: async (channelId, templateId) => {
        const path = `/v1/templates/${encodeURIComponent(templateId)}`;
        const found = await requester.request<Template>({ method: 'GET', path });
        return found.channelId === channelId ? found : ofAnotherChannel();
      },
    },
  };
}

function ofAnotherChannel(): never {
  throw errorFor('The channel has no such template.', {
    code: 'not_found',
    retryable: false,
    next: ['List the templates with Templates.whatsapp.list(channelId).'],
  });
}
