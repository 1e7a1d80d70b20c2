export { SEND_TOOL, type ToolDefinition } from './definition.js';
export type { ListedTarget, SendToolArguments } from './call.js';
export type { SendGateway, ToolFile } from './gateway.js';
export { mediaKindOf } from './media-kind.js';
export { splitMedia, type SplitMessage } from './media-tokens.js';
export type { ToolOutcome } from './outcome.js';
export { MAX_FILE_BYTES, readFiles, type ReadFiles } from './read-files.js';
export { callSendTool, runSendTool } from './run-send-tool.js';
export { NO_GATEWAY, sentenceOf, toolOutcomeOf } from './sentences.js';
