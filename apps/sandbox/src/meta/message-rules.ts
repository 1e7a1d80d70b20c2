import { isObject, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { Attachments } from './attachments.js';
import { invalid } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import type { Platform } from './platform.js';

/** Undefined when nothing is wrong. */
export type Verdict = GraphProblem | undefined;

/**
 * The platform's limits (Meta, Send API and template references, checked 2026-11-21). Written down here a second time on purpose: what a
 * channel believes is tested against what the provider enforces.
 */
export const LIMITS = {
  metadata: 1000,
  buttonText: 640,
  buttons: 3,
  buttonTitle: 20,
  payload: 1000,
  elements: 10,
  elementTitle: 80,
  elementSubtitle: 80,
  quickReplies: 13,
} as const;

const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  'text',
  'attachment',
  'quick_replies',
  'metadata',
  'reply_to',
]);

/** What is wrong with a `message`. */
export function checkMessage(message: JsonObject, platform: Platform, files: Attachments): Verdict {
  const unknown = Object.keys(message).filter((key) => !MESSAGE_KEYS.has(key));
  if (unknown.length > 0) {
    return invalid(`Invalid keys "${unknown.join(', ')}" were found in param "message".`);
  }
  const { text, attachment } = message;
  if ((text === undefined) === (attachment === undefined)) {
    return invalid('Param message must hold either text or attachment.');
  }
  return (
    textProblem(message['metadata'], 'message[metadata]', LIMITS.metadata, true) ??
    each(message['quick_replies'], LIMITS.quickReplies, 'message[quick_replies]', quickReplyProblem) ??
    (attachment === undefined ? messageTextProblem(text, platform) : attachmentProblem(attachment, files))
  );
}

/** Octets: an emoji is four of them. */
function messageTextProblem(text: unknown, { textMax }: Platform): Verdict {
  if (typeof text !== 'string' || text === '') return invalid('Param message[text] must be a string.');
  if (Buffer.byteLength(text) <= textMax) return undefined;
  return invalid(`Length of param message[text] must be less than or equal to ${textMax}`);
}

/** A text of 1 to `most` characters. */
function textProblem(value: unknown, name: string, most: number, optional = false): Verdict {
  if (value === undefined && optional) return undefined;
  if (typeof value !== 'string' || value === '') return invalid(`Param ${name} must be a non-empty string.`);
  if (value.length <= most || [...value].length <= most) return undefined;
  return invalid(`Length of param ${name} must be less than or equal to ${most}`);
}

function each(
  list: unknown,
  most: number,
  name: string,
  problemOf: (item: JsonObject, name: string) => Verdict,
): Verdict {
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > most) {
    return invalid(`Param ${name} must hold 1 to ${most} items.`);
  }
  for (const [index, item] of (list as unknown[]).entries()) {
    const itemName = `${name}[${index}]`;
    const problem = isObject(item)
      ? problemOf(item, itemName)
      : invalid(`Param ${itemName} must be an object.`);
    if (problem) return problem;
  }
  return undefined;
}

function quickReplyProblem(reply: JsonObject, name: string): Verdict {
  if (reply['content_type'] !== 'text') return undefined;
  return (
    textProblem(reply['title'], `${name}[title]`, LIMITS.buttonTitle) ??
    textProblem(reply['payload'], `${name}[payload]`, LIMITS.payload)
  );
}

function attachmentProblem(value: unknown, files: Attachments): Verdict {
  const attachment = objectOf(value);
  const type = textOf(attachment?.['type']) ?? '';
  const payload = objectOf(attachment?.['payload']);
  if (type === 'template') return templateProblem(payload ?? {});
  if (!['image', 'video', 'audio', 'file'].includes(type)) {
    return invalid('Param message[attachment][type] must be one of image, video, audio, file, template.');
  }
  const [id, url] = [payload?.['attachment_id'], textOf(payload?.['url'])];
  if (id !== undefined) {
    const stored = files.get(id);
    return stored?.type === type ? undefined : invalid('The attachment_id does not exist for this account.');
  }
  if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return invalid('Param message[attachment][payload][url] must be a valid URL.');
  }
  return files.checkLink(type, url);
}

function templateProblem(payload: JsonObject): Verdict {
  const name = 'payload';
  if (payload['template_type'] === 'button') {
    return (
      textProblem(payload['text'], `${name}[text]`, LIMITS.buttonText) ??
      each(payload['buttons'] ?? [], LIMITS.buttons, `${name}[buttons]`, buttonProblem)
    );
  }
  if (payload['template_type'] !== 'generic') return invalid('Param template_type is not known.');
  return each(payload['elements'] ?? [], LIMITS.elements, `${name}[elements]`, elementProblem);
}

function elementProblem(element: JsonObject, name: string): Verdict {
  const { subtitle, image_url: image, buttons, default_action: action } = element;
  if ([subtitle, image, buttons, action].every((one) => one === undefined)) {
    return invalid(`Param ${name} must have at least one property besides title.`);
  }
  return (
    textProblem(element['title'], `${name}[title]`, LIMITS.elementTitle) ??
    textProblem(subtitle, `${name}[subtitle]`, LIMITS.elementSubtitle, true) ??
    each(buttons, LIMITS.buttons, `${name}[buttons]`, buttonProblem)
  );
}

function buttonProblem(button: JsonObject, name: string): Verdict {
  const title = textProblem(button['title'], `${name}[title]`, LIMITS.buttonTitle);
  if (title) return title;
  if (button['type'] === 'postback' || button['type'] === 'phone_number') {
    return textProblem(button['payload'], `${name}[payload]`, LIMITS.payload);
  }
  if (button['type'] !== 'web_url') return invalid(`Param ${name}[type] is not known.`);
  const url = textOf(button['url']) ?? '';
  return /^https?:\/\//i.test(url) && URL.canParse(url)
    ? undefined
    : invalid(`Param ${name}[url] must be a URL.`);
}
