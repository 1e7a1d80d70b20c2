import type { ErrorCode } from '@skein/contracts';
import type { PlanRefusal } from './plan.js';

export function refusal(code: ErrorCode, detail: string): PlanRefusal {
  return { refusal: { code, detail } };
}

export function nothing(): PlanRefusal {
  return refusal('invalid_request', 'the message has nothing to show');
}
