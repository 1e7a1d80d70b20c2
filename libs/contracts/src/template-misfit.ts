import type { TemplateRow } from './channel-account.js';
import type { TemplateUse } from './parts.js';

/** What does not fit between the values given and what the template asks for, as a sentence; undefined when all of it does. */
export function templateMisfit(
  wish: Pick<TemplateUse, 'params' | 'header' | 'buttons' | 'components'>,
  { shape, name }: Pick<TemplateRow, 'shape' | 'name'>,
): string | undefined {
  // Components in the platform's own shape may carry the values; the platform then checks them.
  if (wish.components !== undefined && wish.components.length > 0) return undefined;
  const given = wish.params?.length ?? 0;
  if (given !== shape.bodyParams)
    return `Template "${name}" takes ${shape.bodyParams} parameters, ${given} were given.`;
  const media = shape.header === 'text' ? undefined : shape.header;
  if (media !== wish.header?.type) {
    return media === undefined
      ? `Template "${name}" has no media header.`
      : `Template "${name}" needs a header file of type ${media}.`;
  }
  const needed = shape.buttons.flatMap((button, index) => (button.dynamic ? [index] : []));
  const missing = needed.filter((index) => !(wish.buttons ?? []).some((button) => button.index === index));
  if (missing.length > 0) return `Template "${name}" needs a value for button ${missing.join(', ')}.`;
  const odd = (wish.buttons ?? []).find((button) => shape.buttons[button.index] === undefined);
  return odd === undefined ? undefined : `Template "${name}" has no button ${odd.index}.`;
}
