import type { TemplateContent } from './types.js';

type FileType = NonNullable<TemplateContent['type']>;

/** The values of a template, as a list or as components in the platform's own shape; not both. */
export interface TemplateValues {
  /** Values of the body, in order. */
  params?: string[] | undefined;
  /** A file for the header, by public address. */
  header?: { type: FileType; url: string } | undefined;
  /** Values of dynamic buttons, at most 3. */
  buttons?: TemplateContent['buttons'] | undefined;
  /** Components as the Graph API takes them. */
  components?: TemplateComponent[] | undefined;
}

/** A component of a template message in the Graph API (Cloud API, "Message templates", checked 2026-11). */
export interface TemplateComponent {
  type: 'header' | 'body' | 'button' | (string & {});
  sub_type?: string;
  index?: number | string;
  parameters?: TemplateParameter[];
  [more: string]: unknown;
}

export interface TemplateParameter {
  type: string;
  text?: string;
  payload?: string;
  [more: string]: unknown;
}

/**
 * A template as the server takes it. Components that say nothing but values become values: the server then checks their number before
 * anything is sent. Others are passed on as they are, and the platform checks them.
 */
export function templateContentOf(
  name: string,
  languageCode: string | undefined,
  { params, components, header, buttons }: TemplateValues,
): TemplateContent {
  const base = { name, ...(languageCode === undefined ? {} : { language: languageCode }) };
  const read = components === undefined ? { params, header, buttons } : valuesIn(components);
  if (read === undefined) return { ...base, components };
  return {
    ...base,
    ...(read.params === undefined ? {} : { params: read.params }),
    ...(read.header === undefined ? {} : { type: read.header.type, file: read.header.url }),
    ...(read.buttons === undefined ? {} : { buttons: read.buttons }),
  };
}

/** The values in components; undefined when one of them says more than values. */
function valuesIn(components: readonly TemplateComponent[]): TemplateValues | undefined {
  const values: TemplateValues = {};
  for (const component of components) {
    const read = READERS[component.type.toLowerCase()]?.(component);
    if (read === undefined) return undefined;
    if (read.buttons !== undefined) values.buttons = [...(values.buttons ?? []), ...read.buttons];
    else Object.assign(values, read);
  }
  return values;
}

const READERS: Readonly<Record<string, (component: TemplateComponent) => TemplateValues | undefined>> = {
  body: ({ parameters = [] }) => {
    const params = parameters.map(textOf).filter((text) => text !== undefined);
    return params.length === parameters.length ? { params } : undefined;
  },
  header: ({ parameters = [] }) => {
    const [file, ...more] = parameters.map(fileOf);
    return file === undefined || more.length > 0 ? undefined : { header: file };
  },
  button: ({ sub_type, index, parameters = [] }) => {
    const [value, ...more] = parameters.map(({ text, payload }) => payload ?? text);
    const subType = (['quick_reply', 'url'] as const).find((known) => known === sub_type?.toLowerCase());
    if (value === undefined || more.length > 0 || subType === undefined) return undefined;
    return { buttons: [{ index: Number(index ?? 0), subType, value }] };
  },
};

function textOf({ type, text, ...more }: TemplateParameter): string | undefined {
  return type === 'text' && Object.keys(more).length === 0 ? text : undefined;
}

function fileOf(parameter: TemplateParameter): { type: FileType; url: string } | undefined {
  const type = (['image', 'video', 'document'] as const).find((known) => known === parameter.type);
  const file = type === undefined ? undefined : (parameter[type] as { link?: unknown } | undefined);
  return type !== undefined && typeof file?.link === 'string' && Object.keys(file).length === 1
    ? { type, url: file.link }
    : undefined;
}
