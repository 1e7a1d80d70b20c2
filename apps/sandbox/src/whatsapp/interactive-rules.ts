import { isObject, listOf, objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import {
  badValue,
  checkEach,
  checkText,
  checkUnique,
  checkUrl,
  firstOf,
  invalidParameter,
  missingParameter,
} from './checks.js';
import type { Verdict } from './checks.js';
import { LIMITS } from './limits.js';

interface InteractiveRule {
  bodyLimit: number;
  headers: readonly string[];
  action(action: JsonObject): Verdict;
}

const ANY_HEADER = ['text', 'image', 'video', 'document'];

const RULES: Record<string, InteractiveRule> = {
  button: { bodyLimit: LIMITS.interactiveBody, headers: ANY_HEADER, action: checkButtons },
  list: { bodyLimit: LIMITS.listBody, headers: ['text'], action: checkSections },
  cta_url: { bodyLimit: LIMITS.interactiveBody, headers: ANY_HEADER, action: checkCta },
  flow: { bodyLimit: LIMITS.interactiveBody, headers: ANY_HEADER, action: checkFlow },
  location_request_message: { bodyLimit: LIMITS.interactiveBody, headers: [], action: () => undefined },
};

/** Buttons, lists, links, flows and location requests. */
export function checkInteractive(content: JsonObject): Verdict {
  const type = String(content['type']);
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (!rule)
    return invalidParameter(`Param interactive['type'] must be one of {${Object.keys(RULES).join(', ')}}.`);
  const { body, footer, action, header } = content;
  return firstOf(
    () => checkText(objectOf(body)?.['text'], "interactive['body']['text']", { most: rule.bodyLimit }),
    () =>
      footer === undefined
        ? undefined
        : checkText(objectOf(footer)?.['text'], 'footer', { most: LIMITS.footer }),
    () => checkHeader(header, rule.headers),
    () =>
      isObject(action)
        ? rule.action(action)
        : missingParameter("The parameter interactive['action'] is required."),
  );
}

function checkHeader(header: unknown, allowed: readonly string[]): Verdict {
  if (header === undefined) return undefined;
  const type = String(objectOf(header)?.['type']);
  if (!allowed.includes(type)) return badValue(`Header type ${type} is not allowed here.`);
  if (type === 'text')
    return checkText(objectOf(header)?.['text'], 'header text', { most: LIMITS.headerText });
  const media = objectOf(objectOf(header)?.[type]);
  const named = media?.['id'] !== undefined || media?.['link'] !== undefined;
  return named ? undefined : missingParameter(`The header ${type} needs an id or a link.`);
}

function checkButtons(action: JsonObject): Verdict {
  const buttons = listOf(action['buttons']);
  if (buttons.length < 1 || buttons.length > LIMITS.buttons) {
    return badValue(`Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: ${LIMITS.buttons}`);
  }
  const replies = buttons.map((button) => objectOf(objectOf(button)?.['reply']));
  return firstOf(
    () => checkEach(buttons, 'buttons', checkReplyButton),
    () =>
      checkUnique(
        replies.map((reply) => reply?.['id']),
        'button id',
      ),
    () =>
      checkUnique(
        replies.map((reply) => reply?.['title']),
        'button title',
      ),
  );
}

function checkReplyButton(button: JsonObject, name: string): Verdict {
  const reply = objectOf(button['reply']);
  if (button['type'] !== 'reply' || !reply) return missingParameter(`${name} must be of type reply.`);
  return (
    checkText(reply['title'], `${name} Button title`, { most: LIMITS.buttonTitle }) ??
    checkText(reply['id'], `${name} Button id`, { most: LIMITS.buttonId })
  );
}

function checkSections(action: JsonObject): Verdict {
  const sections = listOf(action['sections']).map(objectOf);
  const rows = sections.flatMap((section) => listOf(section?.['rows']));
  if (sections.length < 1 || sections.length > LIMITS.sections)
    return badValue(`Sections: 1 to ${LIMITS.sections} allowed.`);
  if (rows.length < 1 || rows.length > LIMITS.rows) {
    return badValue(`Total row count exceed max allowed count: ${LIMITS.rows}, or is zero.`);
  }
  const titleOptional = sections.length === 1;
  return firstOf(
    () => checkText(action['button'], 'list button', { most: LIMITS.listButton }),
    () =>
      checkEach(sections, 'sections', (section, name) =>
        checkText(section['title'], `${name} title`, { most: LIMITS.sectionTitle, optional: titleOptional }),
      ),
    () => checkEach(rows, 'rows', checkRow),
    () =>
      checkUnique(
        rows.map((row) => objectOf(row)?.['id']),
        'row id',
      ),
  );
}

function checkRow(row: JsonObject, name: string): Verdict {
  return firstOf(
    () => checkText(row['id'], `${name} id`, { most: LIMITS.rowId }),
    () => checkText(row['title'], `${name} title`, { most: LIMITS.rowTitle }),
    () =>
      checkText(row['description'], `${name} description`, { most: LIMITS.rowDescription, optional: true }),
  );
}

function checkCta(action: JsonObject): Verdict {
  const parameters = objectOf(action['parameters']);
  if (action['name'] !== 'cta_url' || !parameters)
    return missingParameter('action needs name cta_url and parameters.');
  return (
    checkText(parameters['display_text'], 'display_text', { most: LIMITS.ctaDisplayText }) ??
    checkUrl(parameters['url'], 'url')
  );
}

function checkFlow(action: JsonObject): Verdict {
  const parameters = objectOf(action['parameters']);
  if (action['name'] !== 'flow' || !parameters)
    return missingParameter('action needs name flow and parameters.');
  const named = parameters['flow_id'] !== undefined || parameters['flow_name'] !== undefined;
  if (!named) return missingParameter('flow_id or flow_name is required.');
  return checkText(parameters['flow_cta'], 'flow_cta', { most: LIMITS.flowCta });
}
