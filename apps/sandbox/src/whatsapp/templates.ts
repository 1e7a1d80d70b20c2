import type { Fields } from '../core/fields.js';
import { isObject, listOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';

export interface TemplateButton {
  /** QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, FLOW. */
  type: string;
  text: string;
  url: string | null;
}

/** A template as registered, with its variables already found. */
export interface Template {
  name: string;
  language: string;
  category: string;
  status: string;
  components: JsonObject[];
  /** TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION; null without a header. */
  headerFormat: string | null;
  headerText: string;
  bodyText: string;
  footerText: string;
  buttons: TemplateButton[];
}

/** Reads `{name, language, category, status, components}`; components as the platform's template API writes them. */
export function readTemplate(fields: Fields): Template {
  const components = listOf(fields.body['components']).filter(isObject);
  const part = (type: string): JsonObject | undefined =>
    components.find((component) => textOf(component['type'])?.toUpperCase() === type);
  const header = part('HEADER');
  return {
    name: fields.text('name'),
    language: fields.text('language'),
    category: (fields.optionalText('category') ?? 'UTILITY').toUpperCase(),
    status: (fields.optionalText('status') ?? 'APPROVED').toUpperCase(),
    components,
    headerFormat: header ? (textOf(header['format']) ?? 'TEXT').toUpperCase() : null,
    headerText: textOf(header?.['text']) ?? '',
    bodyText: textOf(part('BODY')?.['text']) ?? '',
    footerText: textOf(part('FOOTER')?.['text']) ?? '',
    buttons: listOf(part('BUTTONS')?.['buttons']).filter(isObject).map(readButton),
  };
}

function readButton(button: JsonObject): TemplateButton {
  return {
    type: (textOf(button['type']) ?? 'QUICK_REPLY').toUpperCase(),
    text: textOf(button['text']) ?? '',
    url: textOf(button['url']) ?? null,
  };
}

const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;

/** The names or numbers of a text's `{{variables}}`, each once, in order. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? ''))];
}

/** The text with its variables replaced; the nth value goes to the nth variable. */
export function fill(text: string, values: readonly string[]): string {
  const names = variablesOf(text);
  return text.replace(VARIABLE, (whole, name: string) => values[names.indexOf(name)] ?? whole);
}
