import { closeDataRoot } from './data-root.mjs';

export default closeDataRoot;
