export { bodyErrors, isStorable } from './body-safety.js';
export {
  chooseChannel,
  commandOf,
  type ChannelScope,
  type ChoosableChannel,
  type ChosenCommand,
} from './choose-channel.js';
export { E164, SEND_LIMITS } from './limits.js';
export { threadTextOf } from './message-content.js';
export { parseSend, readDue, type SendSurface } from './parse-send.js';
export { readScheduleTime } from './schedule-time.js';
export type { ParseContext, ParsedSend, SendRequest } from './send-request.js';
export { ClientDto, SendTemplateDto, SendToConversationDto, SendToPersonDto } from './send.dto.js';
export { readShape, type Shaped } from './shape.js';
export { parseTarget, type Target } from './target.js';
export { readTurnAnswer } from './turn-answer.js';
export { Line, Maybe, Nested, NestedList, nestedClassOf, WebAddress, Words, WordsList } from './fields.js';
