// The recharge records as a table, for wide screens.

import { Table, type TableColumnsType } from 'antd'
import { type ComponentProps, createContext, useContext, useMemo } from 'react'
import { count, dateTime, yuan } from '../format.ts'
import { useWords, type Words } from '../language.ts'
import { Digits } from '../parts/digits.tsx'
import { RechargeChip } from '../parts/recharge-chip.tsx'
import type { Recharge } from '../queries.ts'

export function RechargeTable({ recharges }: { recharges: readonly Recharge[] }) {
  const t = useWords()
  const columns = useMemo(() => columnsIn(t), [t])
  return (
    <Caption value={t('recharges.caption', { count: count(recharges.length) })}>
      <Table<Recharge>
        className="records"
        size="small"
        rowKey="rechargeId"
        columns={columns}
        dataSource={recharges}
        pagination={false}
        tableLayout="fixed"
        components={captioned}
      />
    </Caption>
  )
}

const CaptionText = createContext('')
const Caption = CaptionText.Provider
const captioned = { table: TableWithCaption, header: { cell: StickyHead } }

function TableWithCaption({ children, ...rest }: ComponentProps<'table'>) {
  return (
    <table {...rest}>
      <caption className="visually-hidden">{useContext(CaptionText)}</caption>
      {children}
    </table>
  )
}

/** Stays below the header of the page while the records pass under it. */
function StickyHead({ style, ...rest }: ComponentProps<'th'>) {
  return <th {...rest} style={{ ...style, position: 'sticky', top: 'var(--head)', zIndex: 1 }} />
}

function columnsIn(t: Words): TableColumnsType<Recharge> {
  const none = t('none')
  return [
    {
      title: t('recharges.time'),
      width: 146,
      rowScope: 'row',
      render: (_, { acceptedAt }) => <span className="tabular">{dateTime(acceptedAt)}</span>,
    },
    { title: t('recharges.serial'), width: 108, render: (_, { serial }) => <Digits text={serial} /> },
    {
      title: t('recharges.account'),
      width: 114,
      render: (_, { accountNo }) => <span className="tabular">{accountNo}</span>,
    },
    {
      title: t('recharges.amount'),
      width: 96,
      align: 'right',
      render: (_, { amountFen }) => <span className="tabular">{yuan(amountFen)}</span>,
    },
    { title: t('recharges.seller'), width: 88, ellipsis: true, dataIndex: 'sellerName' },
    { title: t('recharges.channel'), width: 52, render: (_, { channel }) => t.of('channel', channel) },
    {
      title: t('recharges.state'),
      width: 112,
      render: (_, { state, owed }) => <RechargeChip state={state} owed={owed} />,
    },
    {
      title: t('recharges.reason'),
      width: 90,
      ellipsis: true,
      render: (_, { reason }) => reason && t.of('reason', reason),
    },
    {
      title: t('recharges.transaction'),
      width: 206,
      render: (_, { transactionSerial }) => <Digits text={transactionSerial} />,
    },
    {
      title: t('recharges.misRef'),
      width: 105,
      ellipsis: true,
      render: (_, { misRef }) => (
        <span className="reference" title={misRef ?? ''}>
          {misRef ?? none}
        </span>
      ),
    },
  ]
}
