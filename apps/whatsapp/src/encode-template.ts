import type { MediaSource, TemplateButtonValue, TemplateUse } from '@skein/contracts';

type PublicUrl = (source: MediaSource) => string;

/** What each kind of button takes as its value (Graph API reference, templates, checked 2026-11). */
const BUTTON_PARAMETERS: Record<TemplateButtonValue['subType'], (value: string) => object> = {
  quick_reply: (payload) => ({ type: 'payload', payload }),
  url: (text) => ({ type: 'text', text }),
  copy_code: (coupon) => ({ type: 'coupon_code', coupon_code: coupon }),
  flow: (token) => ({ type: 'action', action: { flow_token: token } }),
};

/** The `template` object of a call. */
export function encodeTemplate(template: TemplateUse, publicUrl: PublicUrl): object {
  const components = [
    ...header(template, publicUrl),
    ...body(template.params ?? []),
    ...(template.buttons ?? []).map(button),
    ...(template.components ?? []),
  ];
  return {
    name: template.name,
    language: { code: template.language },
    ...(components.length === 0 ? {} : { components }),
  };
}

function header({ header: used }: TemplateUse, publicUrl: PublicUrl): object[] {
  if (used === undefined) return [];
  const { type, source, filename } = used;
  const named = type === 'document' && filename !== undefined ? { filename } : {};
  const file = { link: publicUrl(source), ...named };
  return [{ type: 'header', parameters: [{ type, [type]: file }] }];
}

function body(params: string[]): object[] {
  if (params.length === 0) return [];
  return [{ type: 'body', parameters: params.map((text) => ({ type: 'text', text })) }];
}

function button({ index, subType, value }: TemplateButtonValue): object {
  return {
    type: 'button',
    sub_type: subType,
    index: String(index),
    parameters: [BUTTON_PARAMETERS[subType](value)],
  };
}
