import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Shares } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import { Verification } from '../../ui/Verification.tsx'
import css from './Transfers.module.css'

/** Who made over what, what the checks say, and the choice. */
export function Given({
  text,
  report,
  onAccepted,
  onDeclined,
  onOther,
}: {
  readonly text: string
  readonly report: OperationOutput<'transfers.inspect'>
  readonly onAccepted: (certificateId: string | undefined) => void
  readonly onDeclined: () => void
  readonly onOther: () => void
}) {
  const { t } = useTranslation()
  const accept = useCommand('transfers.accept')
  const start = useRef<HTMLDivElement>(null)
  useEffect(() => start.current?.focus(), [])
  const take = async (): Promise<void> => {
    const result = await accept.run({ text })
    if (!result.ok) return
    announce(t('transfers.receive.accepted'))
    onAccepted(result.value[0]?.certificateId)
  }
  return (
    <div ref={start} tabIndex={-1} className={css['given']}>
      <Document report={report} />
      <h3>{t('transfers.receive.checks')}</h3>
      <Verification report={report} />
      {report.verdict === 'invalid' ? (
        <>
          <Note tone="bad">{t('transfers.receive.unusable')}</Note>
          <div className={css['row']}>
            <Button onPress={onOther}>{t('transfers.receive.another')}</Button>
          </div>
        </>
      ) : (
        <>
          <p>{t('transfers.receive.acceptWhat')}</p>
          <div className={css['row']}>
            <Button look="main" isPending={accept.busy} onPress={() => void take()}>
              {t('transfers.receive.accept')}
            </Button>
            <Button isDisabled={accept.busy} onPress={onDeclined}>
              {t('transfers.receive.decline')}
            </Button>
          </div>
        </>
      )}
      <Refused refusal={accept.refusal} />
    </div>
  )
}

function Document({ report: { certificate, endorsement } }: { readonly report: OperationOutput<'transfers.inspect'> }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  if (certificate === undefined || endorsement === undefined) return null
  const { companyName, security, shareClass, transferRestriction } = certificate
  return (
    <>
      <p className={css['big']}>
        <Shares quantity={endorsement.quantity} /> · {companyName}
      </p>
      {transferRestriction !== 'none' && <Note tone="warn">{t('transfers.receive.restricted')}</Note>}
      <Facts
        facts={[
          [t('transfers.receive.from'), endorsement.transferorName ?? t('transfers.receive.unverified')],
          [t('transfers.receive.transferor'), endorsement.transferorUserId],
          [t('transfers.receive.company'), `${companyName} · ${security} · ${t(`shareClass.${shareClass}`)}`],
          [t('transfers.receive.cause'), t(`transfers.cause.${endorsement.cause}`)],
          [t('transfers.receive.issuedAt'), dateTime(endorsement.issuedAt)],
          [t('transfers.receive.validUntil'), dateTime(endorsement.validUntil)],
          [t('transfers.receive.certificateId'), endorsement.certificateId],
        ]}
      />
    </>
  )
}
