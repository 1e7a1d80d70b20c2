import type { ChannelKind } from './kinds.js';
import type { OnClosedWindow } from './command.js';

/** Settings of a channel that its workspace may change; secrets live apart. */
export interface ChannelSettings {
  onClosedWindow?: OnClosedWindow;
  /** Calls per second for this account; null = unlimited. Absent: the kind's default. */
  ratePerSecond?: number | null;
  /** Names of the approved templates used as opt-in prompt, by category. */
  optInTemplates?: { utility?: string; marketing?: string };
  /** Seconds a message is held at most; default 7 days. */
  holdForSeconds?: number;
  /** The account carries text only, such as an SMS sender without MMS: files go out as links. */
  textOnly?: boolean;
  /** What STOP, START and HELP are answered on kinds that answer keywords; the defaults name the channel. */
  keywordAnswers?: { stop?: string; start?: string; help?: string };
  /** Seconds that a caller of the synchronous API channel waits for the agent at most; default 55. */
  agentTimeoutSeconds?: number;
}

/** A channel as every service sees it; credentials are never part of it. */
export interface ChannelRow {
  id: string;
  workspaceId: string;
  kind: ChannelKind;
  account: string;
  agentId: string;
  name: string;
  status: 'active' | 'paused' | 'disconnected';
  settings: ChannelSettings;
}

export interface TemplateRow {
  id: string;
  channelId: string;
  name: string;
  language: string;
  category: 'utility' | 'marketing' | 'authentication';
  status: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled';
  /** What the template asks for, read from its components. */
  shape: {
    header?: 'text' | 'image' | 'video' | 'document';
    headerParams: number;
    bodyParams: number;
    buttons: TemplateButtonShape[];
  };
  /** The body with its placeholders, shown in the thread when the caller gives no context. */
  body: string;
}

export interface TemplateButtonShape {
  type: 'quick_reply' | 'url' | 'phone_number' | 'copy_code' | 'flow';
  text: string;
  /** True when a value must be given at send time. */
  dynamic: boolean;
}
