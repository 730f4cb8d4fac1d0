import { Download, ScrollText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Money, Shares } from '../../ui/Amount.tsx'
import { BackLink } from '../../ui/BackLink.tsx'
import { Button } from '../../ui/Button.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Empty, Note, Shown } from '../../ui/States.tsx'
import { Claim } from './Claim.tsx'
import { sharesOf, type Completion, type Given, type Summary } from './acts.ts'
import { SignedDocument } from './SignedDocument.tsx'
import { plain } from './export.ts'
import { useTitle } from './titles.ts'
import css from './History.module.css'

type Evidence = OperationOutput<'history.evidence'>

function Back() {
  const { t } = useTranslation()
  return <BackLink href={pathTo('history')}>{t('history.back')}</BackLink>
}

export function RequestPage({ requestId }: { readonly requestId: string }) {
  const { t } = useTranslation()
  const title = useTitle()
  const evidence = useAnswer('history.evidence', { requestId })
  const name =
    evidence.state === 'ready'
      ? title({ kind: 'request', at: evidence.value.at, entry: evidence.value })
      : t('history.documents')
  return (
    <Page title={name} actions={<Back />}>
      <Shown answer={evidence}>{(value) => <Request evidence={value} />}</Shown>
    </Page>
  )
}

function Request({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const words = useRefusalWords()
  const { requestId, at, answeredAt, state, code, summary, certificateIds, request, reply } = evidence
  const { security, quantity } = sharesOf({ kind: 'request', at, entry: evidence })
  const facts: (readonly [string, ReactNode] | false)[] = [
    [t('history.facts.state'), t(`history.states.${state}`)],
    [t('history.facts.at'), dateTime(at)],
    answeredAt !== undefined && [t('history.facts.answeredAt'), dateTime(answeredAt)],
    'to' in summary && [t('history.facts.to'), summary.toName ?? summary.to],
    security !== undefined && [t('history.facts.security'), security],
    quantity !== undefined && [t('history.facts.quantity'), <Shares key="quantity" quantity={quantity} />],
    'price' in summary && [t('history.facts.price'), <Price key="price" summary={summary} />],
    'name' in summary && [t('history.facts.name'), summary.name],
    'number' in summary && [t('history.facts.number'), summary.number],
    'receptionNumber' in summary && [t('history.facts.receptionNumber'), summary.receptionNumber],
    'matchNumber' in summary && [t('history.facts.matchNumber'), summary.matchNumber],
    certificateIds.length > 0 && [t('history.facts.certificates'), certificateIds.join(', ')],
    [t('history.facts.requestId'), requestId],
  ]
  return (
    <>
      <Section>
        <Facts facts={facts.filter((fact) => fact !== false)} />
        {code !== undefined && <Note tone="bad">{words({ code })}</Note>}
      </Section>
      <Proof words={t(`history.proves.${proofOf(evidence)}`)} />
      <Section
        title={t('history.documents')}
        actions={<SaveEvidence fileName={`${requestId}.kabuken-evidence.json`} content={evidence} />}
      >
        <SignedDocument title={t('history.request')} text={request} />
        {reply === undefined ? (
          <p className={css['soft']}>{t('history.noReply')}</p>
        ) : (
          <SignedDocument title={t('history.reply')} text={reply} />
        )}
      </Section>
    </>
  )
}

function proofOf({ state, code, summary }: Evidence) {
  if (state !== 'answered') return state
  return code === undefined ? summary.kind : 'wrong_reply'
}

function Price({ summary }: { readonly summary: Extract<Summary, { price: unknown }> }) {
  const { t } = useTranslation()
  const overview = useOverview()
  const market = overview.state === 'ready' ? overview.value.wallet?.market?.currency : undefined
  const currency = 'currency' in summary ? summary.currency : market
  if (summary.price.kind === 'market') return t('history.atMarket')
  return currency === undefined ? null : <Money minor={summary.price.limitMinor} currency={currency} />
}

/** What was made over by a file: no server was asked, so the endorsement itself is all there is. */
export function EndorsementPage({ given }: { readonly given: Given | undefined }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  if (given === undefined) return <Unknown />
  const { certificateId, security, quantity, transfereeName, transfereeUserId, endedAt, endedBy } = given
  const ended = endedAt === undefined ? [] : [[t('history.facts.endedAt'), dateTime(endedAt)] as const]
  const endedWith = endedBy === undefined ? [] : [[t('history.facts.number'), endedBy] as const]
  return (
    <Page title={t('confirm.what.endorsement')} actions={<Back />}>
      <Section>
        <Facts
          facts={[
            [t('history.facts.state'), t(`history.given.${given.state}`)],
            [t('history.facts.at'), dateTime(given.at)],
            [t('history.facts.transferee'), `${transfereeName} (${transfereeUserId})`],
            [t('history.facts.security'), security],
            [t('history.facts.quantity'), <Shares key="quantity" quantity={quantity} />],
            [t('history.facts.validUntil'), dateTime(given.validUntil)],
            ...ended,
            ...endedWith,
            [t('history.facts.certificates'), certificateId],
          ]}
        />
      </Section>
      <Proof words={t('history.proves.endorsement')} />
      <Section
        title={t('history.documents')}
        actions={<SaveEvidence fileName={`${certificateId}.kabuken-evidence.json`} content={given} />}
      >
        <SignedDocument title={t('history.endorsement')} text={given.endorsement} />
      </Section>
    </Page>
  )
}

function Unknown() {
  const { t } = useTranslation()
  return (
    <Page title={t('history.unknown')} actions={<Back />}>
      <Empty icon={ScrollText} title={t('history.unknown')} />
    </Page>
  )
}

/** A match is completed by others; what proves it is the notice that they signed. */
export function MatchPage({ completion }: { readonly completion: Completion | undefined }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  if (completion === undefined) return <Unknown />
  const { matchNumber, side, at, security, quantity, priceMinor, amountMinor, currency } = completion
  return (
    <Page title={t(`history.match.${side}`)} actions={<Back />}>
      <Section>
        <Facts
          facts={[
            [t('history.facts.matchedAt'), dateTime(at)],
            [t('history.facts.security'), security],
            [t('history.facts.quantity'), <Shares key="quantity" quantity={quantity} />],
            [t('history.facts.price'), <Money key="price" minor={priceMinor} currency={currency} />],
            [t('history.facts.amount'), <Money key="amount" minor={amountMinor} currency={currency} />],
            [t('history.facts.matchNumber'), matchNumber],
            [t('history.facts.receptionNumber'), completion.receptionNumber],
            [t('history.facts.transferNumber'), completion.transferNumber],
          ]}
        />
      </Section>
      <Proof words={t('history.proves.match')} />
      <Claim completion={completion} />
      <Section
        title={t('history.documents')}
        actions={<SaveEvidence fileName={`${matchNumber}.kabuken-evidence.json`} content={completion} />}
      >
        <SignedDocument title={t('history.notice')} text={completion.notice} />
      </Section>
    </Page>
  )
}

function Proof({ words }: { readonly words: string }) {
  const { t } = useTranslation()
  return (
    <Section title={t('history.provesTitle')}>
      <p>{words}</p>
    </Section>
  )
}

function SaveEvidence({ fileName, content }: { readonly fileName: string; readonly content: object }) {
  const { t } = useTranslation()
  return (
    <Button onPress={() => saveFile({ fileName, text: `${JSON.stringify(content, plain, 2)}\n` })}>
      <Download aria-hidden="true" size={18} />
      {t('history.save')}
    </Button>
  )
}
