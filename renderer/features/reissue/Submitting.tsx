import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../../shared/kernel/result.ts'
import type { OperationInput } from '../../../shared/wallet-api/operations.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused, Shown } from '../../ui/States.tsx'
import { Made, type MadeCertificates } from './Made.tsx'
import css from './Reissue.module.css'

type Way = 'lost' | 'split' | 'consolidate' | 'renew'

/** What a form of reissue needs to be sent: `submit` asks, `busy` meanwhile, `refusal` why the last try came to nothing. */
export interface Submit<Name extends Way> {
  readonly busy: boolean
  readonly refusal: Refusal | undefined
  readonly submit: (input: OperationInput<`reissue.${Name}`>) => void
}

/** One way of reissuing from choosing to what came of it: the form, nothing to choose from, or the new certificates. */
export function Submitting<Name extends Way>({
  way,
  choosable,
  empty,
  children,
}: {
  readonly way: Name
  readonly choosable: (all: readonly ListedCertificate[]) => readonly ListedCertificate[]
  readonly empty: ReactNode
  readonly children: (certificates: readonly ListedCertificate[], submit: Submit<Name>) => ReactNode
}) {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const { run, busy, refusal } = useCommand(`reissue.${way}`)
  const [made, setMade] = useState<MadeCertificates>()
  // What was chosen from when it was signed: the request makes it pending, and what came of it is still to be said.
  const [held, setHeld] = useState<readonly ListedCertificate[]>()
  const named: Way = way
  const words = (result: MadeCertificates): string => t(`reissue.${named}.done`, { count: result.length })
  if (made !== undefined) return <Made title={words(made)} certificates={made} />
  return (
    <Shown answer={certificates}>
      {(all) => {
        const offered = held ?? choosable(all)
        const submit = async (input: OperationInput<`reissue.${Name}`>): Promise<void> => {
          setHeld(offered)
          const result = await run(input as never)
          if (!result.ok) return
          announce(words(result.value))
          setMade(result.value)
        }
        return (
          <Section>
            {offered.length === 0 ? empty : children(offered, { busy, refusal, submit: (input) => void submit(input) })}
          </Section>
        )
      }}
    </Shown>
  )
}

/** The button that signs, and below it why it came to nothing. */
export function SubmitRow({
  label,
  isDisabled,
  submit: { busy, refusal },
  onPress,
}: {
  readonly label: string
  readonly isDisabled: boolean
  readonly submit: Pick<Submit<Way>, 'busy' | 'refusal'>
  readonly onPress: () => void
}) {
  return (
    <>
      <div className={css['row']}>
        <Button look="main" isPending={busy} isDisabled={isDisabled} onPress={onPress}>
          {label}
        </Button>
      </div>
      <Refused refusal={refusal} />
    </>
  )
}
