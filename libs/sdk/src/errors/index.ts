export * from './classes.js';
export { errorOfProblem, problemIn, type Problem } from './problem.js';
export { SkeinError, type ErrorFacts, type LocalCode, type SkeinErrorCode } from './skein-error.js';
export { ERROR_CLASSES, errorFor } from './table.js';
