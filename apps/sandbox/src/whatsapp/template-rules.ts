import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { invalidParameter, missingParameter } from './checks.js';
import type { Verdict } from './checks.js';
import type { GraphProblem } from './graph-errors.js';
import { LIMITS, longerThan } from './limits.js';
import { fill, variablesOf } from './templates.js';
import type { Template, TemplateButton } from './templates.js';

/** A template as the person sees it. */
export interface FilledTemplate {
  template: Template;
  header: string;
  body: string;
  media: { type: string; link?: string; id?: string; filename?: string } | null;
  buttons: { type: string; text: string; payload: string; url: string | null }[];
}

export type TemplateVerdict = { problem: GraphProblem } | { filled: FilledTemplate };

const STATUS_CODES: Record<string, number> = { PAUSED: 132015, DISABLED: 132016 };
/** What a button component's `sub_type` must be for each registered button. */
const SUB_TYPES: Record<string, string> = {
  QUICK_REPLY: 'quick_reply',
  URL: 'url',
  COPY_CODE: 'copy_code',
  FLOW: 'flow',
};

/** Finds the template by name and language and fills it, or says with the platform's code why not. */
export function fillTemplate(templates: readonly Template[], content: unknown): TemplateVerdict {
  const request = objectOf(content);
  const name = textOf(request?.['name']);
  const language = textOf(objectOf(request?.['language'])?.['code']);
  if (!name || !language)
    return { problem: missingParameter("template['name'] and template['language']['code'] are required.") };
  const template = templates.find((each) => each.name === name && each.language === language);
  const usable =
    template !== undefined && (template.status === 'APPROVED' || template.status in STATUS_CODES);
  if (!usable)
    return { problem: { code: 132001, details: `template name (${name}) does not exist in ${language}` } };
  const code = STATUS_CODES[template.status];
  if (code !== undefined)
    return { problem: { code, details: `template (${name}) is ${template.status.toLowerCase()}` } };
  return fillApproved(template, listOf(request?.['components']).filter(isObject));
}

function fillApproved(template: Template, components: JsonObject[]): TemplateVerdict {
  const of = (type: string): JsonObject[] =>
    components.filter((each) => textOf(each['type'])?.toLowerCase() === type);
  const body = fillText('body', template.bodyText, of('body')[0]);
  if ('problem' in body) return body;
  if (longerThan(body.text, LIMITS.templateBody))
    return { problem: { code: 132005, details: 'Translated text too long' } };
  const header = fillHeader(template, of('header')[0]);
  if ('problem' in header) return header;
  const buttons = fillButtons(template.buttons, of('button'));
  if ('problem' in buttons) return buttons;
  return {
    filled: { template, header: header.text, body: body.text, media: header.media, buttons: buttons.buttons },
  };
}

function fillText(
  part: string,
  text: string,
  component: JsonObject | undefined,
): { text: string } | { problem: GraphProblem } {
  const names = variablesOf(text);
  const parameters = listOf(component?.['parameters']).filter(isObject);
  if (parameters.length !== names.length) {
    const details = `${part}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`;
    return { problem: { code: 132000, details } };
  }
  const named = names.some((name) => !/^\d+$/.test(name));
  const values: string[] = [];
  for (const [index, name] of names.entries()) {
    const parameter = named ? parameters.find((each) => each['parameter_name'] === name) : parameters[index];
    if (!parameter) return { problem: { code: 132000, details: `${part}: parameter ${name} is missing` } };
    const problem = checkTextParameter(part, parameter);
    if (problem) return { problem };
    values.push(parameterText(parameter));
  }
  return { text: fill(text, values) };
}

function parameterText(parameter: JsonObject): string {
  const localized = objectOf(parameter['currency']) ?? objectOf(parameter['date_time']);
  return textOf(parameter['text']) ?? textOf(localized?.['fallback_value']) ?? '';
}

function checkTextParameter(part: string, parameter: JsonObject): Verdict {
  const type = textOf(parameter['type']) ?? 'text';
  if (!['text', 'currency', 'date_time'].includes(type)) {
    return { code: 132012, details: `${part}: parameter format mismatch, expected text, received ${type}` };
  }
  const text = parameterText(parameter);
  if (text === '') return missingParameter(`${part}: a text parameter is empty`);
  return /[\n\t]| {5}/.test(text)
    ? invalidParameter('Param text cannot have new-line/tab characters or more than 4 consecutive spaces')
    : undefined;
}

type FilledHeader = { text: string; media: FilledTemplate['media'] };

function fillHeader(
  template: Template,
  component: JsonObject | undefined,
): FilledHeader | { problem: GraphProblem } {
  if (template.headerFormat === null || template.headerFormat === 'TEXT') {
    const filled = fillText('header', template.headerText, component);
    return 'problem' in filled ? filled : { ...filled, media: null };
  }
  const expected = template.headerFormat.toLowerCase();
  const parameter = objectOf(listOf(component?.['parameters'])[0]);
  const received = textOf(parameter?.['type'])?.toLowerCase() ?? 'unknown';
  const file = objectOf(parameter?.[expected]);
  if (received !== expected || !file) {
    const details = `header: Format mismatch, expected ${template.headerFormat}, received ${received.toUpperCase()}`;
    return { problem: { code: 132012, details } };
  }
  if (expected !== 'location' && file['id'] === undefined && file['link'] === undefined) {
    return { problem: missingParameter(`header: ${expected} needs an id or a link`) };
  }
  const media = {
    type: expected,
    link: textOf(file['link']),
    id: textOf(file['id']),
    filename: textOf(file['filename']),
  };
  return { text: '', media };
}

type FilledButtons = { buttons: FilledTemplate['buttons'] } | { problem: GraphProblem };

function fillButtons(defined: readonly TemplateButton[], components: JsonObject[]): FilledButtons {
  const given = new Map<number, JsonObject>();
  for (const component of components) {
    const index = Number(component['index'] ?? 0);
    const button = defined[index];
    const subType = textOf(component['sub_type'])?.toLowerCase();
    if (!button || SUB_TYPES[button.type] !== subType) {
      return {
        problem: {
          code: 132012,
          details: `buttons: no button of type ${subType ?? 'unknown'} at index ${index}`,
        },
      };
    }
    given.set(index, objectOf(listOf(component['parameters'])[0]) ?? {});
  }
  const buttons: FilledTemplate['buttons'] = [];
  for (const [index, button] of defined.entries()) {
    const parameter = given.get(index);
    const needed = (button.url !== null && variablesOf(button.url).length > 0) || button.type === 'COPY_CODE';
    const value = textOf(parameter?.['text']) ?? textOf(parameter?.['coupon_code']);
    if (needed && !value) {
      return {
        problem: missingParameter(
          `buttons: Button at index ${index} of type ${button.type} requires a parameter`,
        ),
      };
    }
    if (value && !needed)
      return { problem: { code: 132000, details: `buttons: Button at index ${index} takes no parameter` } };
    buttons.push(fillButton(button, value, textOf(parameter?.['payload'])));
  }
  return { buttons };
}

function fillButton(
  button: TemplateButton,
  value: string | undefined,
  payload: string | undefined,
): FilledTemplate['buttons'][number] {
  const url = button.url === null ? null : fill(button.url, value === undefined ? [] : [value]);
  return { type: button.type.toLowerCase(), text: button.text, payload: payload ?? button.text, url };
}
