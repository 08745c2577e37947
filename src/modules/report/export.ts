// A report as a file: the same question, the same figures, each table a sheet.

import { z } from 'zod'
import { aboutSheet, exportFormat, madeFile, makeFile } from '../../domain/export/export.ts'
import { wordsIn } from '../../domain/listing/columns.ts'
import { scopeOf } from '../../domain/listing/operations.ts'
import { reportInput, reportRoles } from '../../domain/report/forms.ts'
import { reports } from '../../domain/report/index.ts'
import { runReport } from '../../domain/report/run.ts'
import { query } from '../../domain/services.ts'

const { compare: _onlyOnScreen, ...asked } = reportInput

export const exported = query({
  roles: reportRoles,
  sensitive: true,
  input: z.strictObject({ ...asked, ...exportFormat }),
  output: z.object({ count: z.int(), download: madeFile }),
  recorded: ({ count }) => ({ count }),
  async run(context, { name, format, fileLanguage, ...question }) {
    const scope = scopeOf(context)
    const { tables, checks } = await runReport(context.tx, scope, name, question)
    const title = wordsIn(reports[name]?.title ?? [name, name], fileLanguage)
    const sheets = tables.map(({ title: words, columns, rows, totals }) => ({
      name: wordsIn(words, fileLanguage),
      columns,
      rows: totals ? [...rows, totals] : rows,
    }))
    const about = aboutSheet(
      [
        [['自', 'From'], question.fromDay],
        [['至', 'To'], question.toDay],
        ...checks.map(check => [check.title, String(check.difference)] as const),
      ],
      scope,
      fileLanguage,
    )
    const [first, ...others] = sheets
    const inOrder = first ? [first, about, ...others] : [about]
    const fileName = `${title} ${question.fromDay} ${question.toDay}`
    const count = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0)
    return { count, download: await makeFile(fileName, inOrder, format, fileLanguage) }
  },
})
