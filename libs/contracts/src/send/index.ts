export { bodyErrors, checkBody, isStorable } from './body-safety.js';
export {
  ANSWERS_ONLY,
  chooseChannel,
  commandOf,
  type ChannelScope,
  type ChoosableChannel,
  type ChosenCommand,
} from './choose-channel.js';
export { InstructionDto } from './content.dto.js';
export { E164, SEND_LIMITS } from './limits.js';
export { threadTextOf } from './message-content.js';
export { parseSend, readDue, type SendSurface } from './parse-send.js';
export { readScheduleTime } from './schedule-time.js';
export type { ParseContext, ParsedSend, SendRequest } from './send-request.js';
export { ContentDto } from './content.dto.js';
export { ClientDto, SendTemplateDto, SendToConversationDto, SendToPersonDto } from './send.dto.js';
export { readShape, type Shaped } from './shape.js';
export { shownErrors } from './shown-errors.js';
export {
  parseTarget,
  resolveTarget,
  targetNameError,
  type FoundTarget,
  type Target,
  type TargetName,
} from './target.js';
export {
  MAX_MESSAGES,
  MAX_TOKENS,
  readTurnAnswer,
  readTurnContent,
  type TurnAnswer,
  type TurnUsage,
} from './turn-answer.js';
export { LATER_LIMITS, readLater } from './turn-later.js';
export {
  Decimal,
  Line,
  Maybe,
  Nested,
  NestedList,
  nestedClassOf,
  WebAddress,
  Words,
  WordsList,
} from './fields.js';
