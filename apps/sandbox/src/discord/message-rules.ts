import { isObject, objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';
import { FormErrors } from './form.js';

/** Limits of a message (docs.discord.com, message and component reference, 21 November 2026). */
const LIMITS = {
  content: 2000,
  embeds: 10,
  embedTotal: 6000,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  authorName: 256,
  rows: 5,
  perRow: 5,
  label: 80,
  customId: 100,
  url: 512,
  options: 25,
  option: 100,
  placeholder: 150,
  nonce: 25,
};

/** What is wrong with the body of a message; undefined when nothing is. */
export function checkMessage(payload: JsonObject): ProviderAnswer | undefined {
  const errors = new FormErrors();
  errors.length('content', payload['content'] ?? undefined, 0, LIMITS.content);
  checkNonce(payload, errors);
  checkEmbeds(errors.count('embeds', payload['embeds'], 0, LIMITS.embeds), errors);
  checkRows(errors.count('components', payload['components'], 0, LIMITS.rows), errors);
  return errors.answer();
}

/** True when there is something to show. */
export function hasContent(payload: JsonObject, files: number): boolean {
  const lists = ['embeds', 'sticker_ids', 'components'].some(
    (name) => Array.isArray(payload[name]) && (payload[name] as unknown[]).length > 0,
  );
  return lists || files > 0 || (typeof payload['content'] === 'string' && payload['content'].trim() !== '');
}

function checkNonce({ nonce }: JsonObject, errors: FormErrors): void {
  if (nonce === undefined || typeof nonce === 'number') return;
  if (typeof nonce !== 'string' || nonce.length > LIMITS.nonce)
    errors.add(
      'nonce',
      'NONCE_TYPE_TOO_LONG',
      `Nonce must be less than or equal to ${LIMITS.nonce} characters.`,
    );
}

function checkEmbeds(embeds: unknown[], errors: FormErrors): void {
  let total = 0;
  const text = (path: string, value: unknown, most: number): void => {
    if (value === undefined || value === null) return;
    errors.length(path, value, 0, most);
    total += typeof value === 'string' ? [...value].length : 0;
  };
  embeds.forEach((each, index) => {
    const path = `embeds.${index}`;
    const embed = objectOf(each) ?? {};
    text(`${path}.title`, embed['title'], LIMITS.title);
    text(`${path}.description`, embed['description'], LIMITS.description);
    text(`${path}.footer.text`, objectOf(embed['footer'])?.['text'], LIMITS.footer);
    text(`${path}.author.name`, objectOf(embed['author'])?.['name'], LIMITS.authorName);
    errors.count(`${path}.fields`, embed['fields'], 0, LIMITS.fields).forEach((field, at) => {
      text(`${path}.fields.${at}.name`, objectOf(field)?.['name'], LIMITS.fieldName);
      text(`${path}.fields.${at}.value`, objectOf(field)?.['value'], LIMITS.fieldValue);
    });
    checkUrl(`${path}.image.url`, objectOf(embed['image'])?.['url'], errors);
  });
  if (total > LIMITS.embedTotal)
    errors.add(
      'embeds',
      'MAX_EMBED_SIZE_EXCEEDED',
      `Embed size exceeds maximum size of ${LIMITS.embedTotal}`,
    );
}

function checkUrl(path: string, url: unknown, errors: FormErrors): void {
  if (url === undefined) return;
  const isWeb = typeof url === 'string' && /^(https?|attachment):\/\//.test(url);
  if (!isWeb)
    errors.add(path, 'URL_TYPE_INVALID_SCHEME', `Scheme must be one of ('http', 'https', 'attachment').`);
}

function checkRows(rows: unknown[], errors: FormErrors): void {
  const ids = new Set<unknown>();
  rows.forEach((row, index) => {
    const path = `components.${index}`;
    if (objectOf(row)?.['type'] !== 1)
      return errors.add(`${path}.type`, 'UNION_TYPE_CHOICES', 'The specified type is invalid.');
    const inside = errors.count(`${path}.components`, objectOf(row)?.['components'], 1, LIMITS.perRow);
    inside.forEach((each, at) => checkComponent(`${path}.components.${at}`, each, inside, ids, errors));
  });
}

function checkComponent(
  path: string,
  value: unknown,
  row: unknown[],
  ids: Set<unknown>,
  errors: FormErrors,
): void {
  const component = isObject(value) ? value : {};
  const { type, custom_id: id } = component;
  if (type !== 2 && type !== 3)
    return errors.add(`${path}.type`, 'UNION_TYPE_CHOICES', 'The specified type is invalid.');
  if (type === 3 && row.length > 1)
    errors.add(path, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
  const isLink = type === 2 && component['style'] === 5;
  if (isLink) {
    errors.length(`${path}.url`, component['url'], 1, LIMITS.url);
    checkUrl(`${path}.url`, component['url'], errors);
  } else {
    errors.length(`${path}.custom_id`, id, 1, LIMITS.customId);
    if (ids.has(id))
      errors.add(
        `${path}.custom_id`,
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    ids.add(id);
  }
  if (type === 2) errors.length(`${path}.label`, component['label'], 1, LIMITS.label);
  else checkOptions(path, component, errors);
}

function checkOptions(path: string, select: JsonObject, errors: FormErrors): void {
  errors.length(`${path}.placeholder`, select['placeholder'], 0, LIMITS.placeholder);
  const values = new Set<unknown>();
  errors.count(`${path}.options`, select['options'], 1, LIMITS.options).forEach((each, index) => {
    const option = objectOf(each) ?? {};
    const at = `${path}.options.${index}`;
    errors.length(`${at}.label`, option['label'], 1, LIMITS.option);
    errors.length(`${at}.value`, option['value'], 1, LIMITS.option);
    errors.length(`${at}.description`, option['description'], 0, LIMITS.option);
    if (values.has(option['value']))
      errors.add(
        `${at}.value`,
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    values.add(option['value']);
  });
}
