/**
 * The two files of web-platform-tests that every implementation brings itself, as scripts of ours that the server answers with:
 * `testharnessreport.js` hands the results out, `testdriver-vendor.js` stands in for WebDriver.
 */

/** Where the page finds the function that takes its results; a registered symbol, so both realms have it. */
export const reportKey = Symbol.for('mediant.wpt.report');
/** Where the page finds the function that sets a permission. */
export const permissionKey = Symbol.for('mediant.wpt.permission');

/** What `testharnessreport.js` reports, with the statuses of testharness.js. */
export interface HarnessReport {
  readonly status: number;
  readonly message: string | null;
  readonly stack: string | null;
  readonly subtests: readonly { name: string; status: number; message: string | null; stack: string | null }[];
  /** Whether the file uses audit.js, where every line of the log is a subtest. */
  readonly audit: boolean;
}

export function harnessFiles(timeoutMultiplier: number): Readonly<Record<string, string>> {
  return {
    '/resources/testharnessreport.js': `{
      const report = self[Symbol.for('mediant.wpt.report')];
      setup({ output: false, timeout_multiplier: ${timeoutMultiplier} });
      if (report) {
        add_completion_callback((tests, { status, message, stack }) => report({
          status, message, stack,
          subtests: tests.map((test) => ({ name: test.name, status: test.status, message: test.message, stack: test.stack })),
          audit: typeof Audit !== 'undefined',
        }));
      }
    }`,
    '/resources/testdriver-vendor.js': `{
      // A blessed callback runs as it is: nothing in this environment asks for user activation.
      Object.assign(test_driver_internal, {
        in_automation: true,
        async click(element) { element.click(); },
        async set_permission({ descriptor: { name }, state }) { self[Symbol.for('mediant.wpt.permission')]?.(name, state); },
        async bless(intent, action) { return action ? action() : undefined; },
      });
      test_driver.bless = async (intent, action) => (action ? action() : undefined);
      // The original looks where the element is, and nothing is laid out here.
      test_driver.click = async (element) => element.click();
    }`,
  };
}
