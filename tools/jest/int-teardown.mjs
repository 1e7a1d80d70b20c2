import { closeDataRoot } from './data-root.mjs';

export default async function teardown() {
  await globalThis.sharedPostgres.stop();
  closeDataRoot();
}
