/** Prints `N passed, N failed` alone on the last line, for programs that read the end of a run. */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      let broken = module.state() === 'failed';
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        if (state === 'failed') {
          failed += 1;
          broken = false;
        }
      }
      // A file that could not even be loaded has no test to blame.
      if (broken) failed += 1;
    }
    process.on('exit', () => console.log(`${passed} passed, ${failed} failed`));
  }
}
