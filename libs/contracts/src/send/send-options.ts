import type { SendOptions } from '../command.js';
import type { FieldError } from '../refusal.js';
import type { OptionsDto, WhatsAppOptionsDto } from './send.dto.js';

/** The canonical options of a valid request. */
export function optionsOf(dto: OptionsDto | undefined): { value: SendOptions } | { errors: FieldError[] } {
  if (dto === undefined) return { value: {} };
  const { whatsapp, onUnknown, holdFor } = dto;
  if (whatsapp?.onClosedWindow === 'template' && whatsapp.template === undefined) {
    const field = 'options.whatsapp.template';
    return { errors: [{ field, reason: 'is required when onClosedWindow is template' }] };
  }
  return {
    value: {
      ...(whatsapp === undefined ? {} : { whatsapp: whatsappOf(whatsapp) }),
      ...(onUnknown === undefined ? {} : { onUnknown }),
      ...(holdFor === undefined ? {} : { holdForSeconds: holdFor }),
    },
  };
}

function whatsappOf(dto: WhatsAppOptionsDto): NonNullable<SendOptions['whatsapp']> {
  return {
    ...(dto.onClosedWindow === undefined ? {} : { onClosedWindow: dto.onClosedWindow }),
    ...(dto.template === undefined ? {} : { template: { ...dto.template } }),
  };
}
