import {
  bodyErrors,
  BULK_LIMIT,
  E164,
  isStorable,
  readShape,
  refuse,
  templateMisfit,
  type TemplateRow,
} from '@skein/contracts';
import type { NewBatchItem } from '@skein/persistence';
import { readSafe, refuseFields } from '../http/query.js';
import { BulkSendDto, OwnValuesDto } from './bulk-send.dto.js';

/** A bulk send as it was asked for; its places are not checked yet. */
export interface BulkRequest {
  channelId: string;
  campaignId: string | undefined;
  values: string[];
  places: Place[];
}

interface Place {
  phoneNumber: unknown;
  /** Undefined: the values of everybody. */
  values?: unknown;
}

/** Reads the body of a bulk send. @throws `invalid_request`, `payload_too_large` for more than {@link BULK_LIMIT} places */
export function readBulk(body: unknown): BulkRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuseFields([{ field: 'body', reason: 'must be a JSON object' }]);
  const { phoneNumbers, recipients, ...rest } = body as Record<string, unknown>;
  const dto = readSafe(BulkSendDto, rest);
  if ((phoneNumbers === undefined) === (recipients === undefined))
    return refuseFields([
      { field: 'phoneNumbers', reason: 'or recipients is required, and only one of them' },
    ]);
  const field = recipients === undefined ? 'phoneNumbers' : 'recipients';
  const list = recipients ?? phoneNumbers;
  if (!Array.isArray(list) || list.length === 0)
    return refuseFields([{ field, reason: `must be a list of 1 to ${BULK_LIMIT} items` }]);
  if (list.length > BULK_LIMIT)
    return refuse(
      'payload_too_large',
      `A bulk send has at most ${BULK_LIMIT} recipients; this has ${list.length}.`,
    );
  const items: unknown[] = list;
  const places =
    recipients === undefined ? items.map((phoneNumber) => ({ phoneNumber })) : items.map(placeOf);
  return { channelId: dto.channelId, campaignId: dto.campaignId, values: dto.values ?? [], places };
}

/** A field that nobody knows is a mistake of the program, so it refuses everything; anything else is a mistake of this place. */
function placeOf(item: unknown, index: number): Place {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { phoneNumber: item };
  const unknown = Object.keys(item).filter((key) => key !== 'phoneNumber' && key !== 'values');
  if (unknown.length > 0)
    refuseFields(
      unknown.map((key) => ({ field: `recipients.${index}.${key}`, reason: 'is not a known field' })),
    );
  const { phoneNumber, values } = item as { phoneNumber?: unknown; values?: unknown };
  return { phoneNumber, ...(values === undefined ? {} : { values }) };
}

/**
 * Checks every place by itself. A number that stands in the list twice is sent to once, at its first place.
 *
 * @throws `template_parameters` when the values of everybody do not fit and nobody has others, before anything is stored.
 */
export function readPlaces({ places, values }: BulkRequest, template: TemplateRow): NewBatchItem[] {
  const misfit = templateMisfit({ params: values }, template);
  const numbers = places.filter((place) => isNumber(place.phoneNumber));
  if (misfit !== undefined && numbers.length > 0 && numbers.every((place) => place.values === undefined))
    return refuse('template_parameters', misfit);
  const first = new Map<string, number>();
  return places.map((place, index) => readPlace(place, index, { template, misfit, first }));
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && E164.test(value);
}

interface PlaceFacts {
  template: TemplateRow;
  /** Why the values of everybody do not fit; undefined when they do. */
  misfit: string | undefined;
  /** The places at which numbers stood first. */
  first: Map<string, number>;
}

function readPlace(
  { phoneNumber, values }: Place,
  index: number,
  { template, misfit, first }: PlaceFacts,
): NewBatchItem {
  if (!isNumber(phoneNumber)) {
    const detail = 'A phone number in E.164 form is required, such as +5215512345678.';
    return { address: shown(phoneNumber), params: null, error: { code: 'invalid_request', detail } };
  }
  const firstIndex = first.get(phoneNumber);
  if (firstIndex !== undefined) {
    const detail = `The number stands at place ${firstIndex} already; it is sent to once.`;
    return { address: phoneNumber, params: null, error: { code: 'already_sent', detail, firstIndex } };
  }
  const own = values === undefined ? sharedValues(misfit) : ownValues(values, template);
  if ('error' in own) return { address: phoneNumber, params: null, error: own.error };
  first.set(phoneNumber, index);
  return { address: phoneNumber, params: own.params, error: null };
}

type Values = { params: string[] | null } | { error: NonNullable<NewBatchItem['error']> };

function sharedValues(misfit: string | undefined): Values {
  return misfit === undefined ? { params: null } : { error: { code: 'template_parameters', detail: misfit } };
}

function ownValues(values: unknown, template: TemplateRow): Values {
  const unsafe = bodyErrors({ values });
  const shaped = unsafe.length > 0 ? { errors: unsafe } : readShape(OwnValuesDto, { values });
  if ('errors' in shaped) {
    const reason = shaped.errors[0]?.reason ?? 'is not valid';
    return { error: { code: 'invalid_request', detail: `values ${reason}.` } };
  }
  const params = shaped.value.values;
  const misfit = templateMisfit({ params }, template);
  return misfit === undefined ? { params } : { error: { code: 'template_parameters', detail: misfit } };
}

/** Longest part of something odd that is shown again. */
const SHOWN = 64;

/** What stood in a place that is no number, if it can be shown. */
function shown(value: unknown): string | null {
  return typeof value === 'string' && isStorable(value.slice(0, SHOWN)) ? value.slice(0, SHOWN) : null;
}
