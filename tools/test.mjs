// npm test: installs what tests need, builds, runs every tier, and ends with one line counted from jest's own reports.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const reports = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'reports');
const say = (line) => console.log(`\n▸ ${line}`);

/** Counts of one tier. A file that could not run at all counts as one failed test, as does a missing report. */
function counts(report) {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

await ensureInstalled({ dev: true, say });
const { runTier } = await import('./jest.mjs');
mkdirSync(reports, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
let isClean = true;
for (const tier of ['unit', 'int', 'e2e']) {
  const report = join(reports, `${tier}.json`);
  rmSync(report, { force: true });
  say(`${tier} tests`);
  const code = await runTier(tier, ['--json', `--outputFile=${report}`]);
  if (code !== 0) isClean = false;
  for (const [key, count] of Object.entries(counts(report))) total[key] += count;
}
if (!isClean && total.failed === 0) console.log('a tier ended with an error outside its tests; see above');
process.exitCode = isClean && total.failed === 0 ? 0 : 1;
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
