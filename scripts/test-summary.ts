/**
 * Ends a test run with what was skipped and why, and with one plain line of counts. The counts and the names of the files that
 * failed also go to `test-results/summary.json`, where `.ci/run` reads them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

type SerializedErrors = Parameters<NonNullable<Reporter['onTestRunEnd']>>[1]

function reasonOf(test: TestCase): string {
  const result = test.result()
  if (result.state === 'skipped' && result.note !== undefined) return result.note
  return test.options.mode === 'todo' ? 'not written yet' : 'its condition does not hold on this machine'
}

export default class TestSummary implements Reporter {
  #root = ''

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root
  }

  onTestRunEnd(modules: readonly TestModule[], errors: SerializedErrors): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string): readonly TestCase[] => tests.filter((test) => test.result().state === state)
    const skipped = inState('skipped')
    // A file that does not load has no failed test to count, and an error outside every test belongs to none.
    const broken = modules.filter((module) => !module.ok() && [...module.children.allTests('failed')].length === 0)
    const counts = {
      passed: inState('passed').length,
      failed: inState('failed').length + broken.length + errors.length,
      skipped: skipped.length,
    }
    const failedFiles = modules.filter((module) => !module.ok()).map((module) => module.relativeModuleId)
    mkdirSync(join(this.#root, 'test-results'), { recursive: true })
    writeFileSync(join(this.#root, 'test-results/summary.json'), `${JSON.stringify({ ...counts, failedFiles })}\n`)
    for (const test of skipped) process.stdout.write(`skipped: ${test.fullName} (${reasonOf(test)})\n`)
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}
