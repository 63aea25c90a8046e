/** Jest's results with what its JSON leaves out: which Node they are of, and what each project came to. */
export default function byProject(results) {
  const projects = {};
  for (const { displayName, numPassingTests, numFailingTests, numPendingTests, testExecError } of results.testResults) {
    const counts = (projects[displayName.name] ??= { passed: 0, failed: 0, skipped: 0 });
    counts.passed += numPassingTests;
    // A file that does not even load has no failed test.
    counts.failed += numFailingTests + (testExecError ? 1 : 0);
    counts.skipped += numPendingTests;
  }
  return { ...results, node: process.version, projects };
}
