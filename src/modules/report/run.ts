// A report over a period (统计报表), and beside it the period it is compared with.

import { z } from 'zod'
import { scopeOf } from '../../domain/listing/operations.ts'
import { reportInput, reportOutput, reportRoles } from '../../domain/report/forms.ts'
import { reports } from '../../domain/report/index.ts'
import { comparedPeriod } from '../../domain/report/period.ts'
import { runReport } from '../../domain/report/run.ts'
import { query } from '../../domain/services.ts'

export const run = query({
  roles: reportRoles,
  input: z.strictObject(reportInput),
  output: reportOutput,
  async run(context, { name, compare, ...question }) {
    const scope = scopeOf(context)
    const answer = await runReport(context.tx, scope, name, question)
    const compared =
      compare === 'none'
        ? null
        : await runReport(context.tx, scope, name, { ...question, ...comparedPeriod(question, compare) })
    return z.custom<z.input<typeof reportOutput>>().parse({
      title: reports[name]?.title,
      asOf: context.now,
      ...answer,
      compared,
    })
  },
})
