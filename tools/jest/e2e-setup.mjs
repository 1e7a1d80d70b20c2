import { openDataRoot } from './data-root.mjs';

export default openDataRoot;
