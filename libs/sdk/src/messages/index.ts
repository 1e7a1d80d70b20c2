export type { Channels as ChannelsApi, DeliveryFilter } from './channels.js';
export type { Attachment, Email, EmailInput } from './email.js';
export type { MediaInput, StoredMedia } from './media.js';
export type { TemplateComponent, TemplateParameter, TemplateValues } from './template-content.js';
export type {
  Client,
  Content,
  Delivery,
  Page,
  SendInput,
  SendMore,
  SendOptions,
  TemplateContent,
  TimelineItem,
  To,
} from './types.js';
export type { ContactInput, Item, User as Person, Users } from './user.js';
export type { ReactionInput, TemplateInput, WhatsApp } from './whatsapp.js';
