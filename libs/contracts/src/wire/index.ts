export * from './event.js';
export * from './json.js';
export * from './signature.js';
