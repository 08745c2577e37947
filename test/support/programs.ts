// Which programs of the distribution a test may use; on the build server none may be missing.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** For `describe.skipIf(!has('sipp'))`. Throws instead where the environment says that nothing is to be skipped. */
export function has(...programs: string[]): boolean {
  const missing = programs.filter(program => !find(program))
  if (missing.length > 0 && process.env.CI === 'true') throw new Error(`not installed: ${missing.join(', ')}`)
  return missing.length === 0
}

/** The full path of a program, if there is one. */
export function find(program: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map(dir => join(dir, program))
  return candidates.find(path => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
