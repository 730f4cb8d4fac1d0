import { formatCount } from '../../shared/terminal/amount.ts'
import { EXIT } from '../../shared/terminal/exit.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { formatTable } from '../../shared/terminal/table.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { Check, CheckName, EndorsementReport, VerificationReport } from '../wallet/wallet.ts'
import { hasWords, wordsFor } from './words.ts'

const CHECKS: Readonly<Record<CheckName, string>> = {
  form: 'it is a whole document of the right kind',
  transferor: "the transferor's signature, by an investor of this market",
  endorsement: "the certificate is the transferor's and has as many shares",
  transferee: 'made over to you',
  endorsement_validity: 'the time to accept it',
  issuer: 'signed by an issuer of this market',
  chain: "the issuer's certificate leads to the root you compared",
  revocation: 'nobody in it was revoked',
  signature: "the issuer's signature",
  issuer_may_issue: 'the issuer may issue this security',
  validity: 'the certificate has not expired',
  register: 'the register says that it is live',
}

const OUTCOMES: Readonly<Record<Check['outcome'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  not_checked: 'not checked',
}

const VERDICTS: Readonly<Record<VerificationReport['verdict'], string>> = {
  valid: 'valid: every check passed',
  invalid: 'INVALID: do not rely on it',
  undecided: 'undecided: nothing failed, but not everything could be checked',
}

export function describeReport(report: VerificationReport): string {
  const table = formatTable<Check>(
    [
      { title: 'check', value: ({ check }) => CHECKS[check] },
      { title: 'outcome', value: ({ outcome }) => OUTCOMES[outcome] },
      { title: 'why', value: whyOf },
    ],
    report.checks,
  )
  return [describeDocument(report), table, VERDICTS[report.verdict]].filter((part) => part !== '').join('\n\n')
}

function whyOf({ code, details }: Check): string {
  if (code === undefined) return ''
  return hasWords(code) ? `${wordsFor({ code, ...(details !== undefined && { details }) })} [${code}]` : code
}

function describeDocument({ certificate }: VerificationReport): string {
  if (certificate === undefined) return ''
  const { certificateId, companyName, holderName, quantity, security, shareClass } = certificate
  return formatFacts([
    ['certificate ID', certificateId],
    ['company', companyName],
    ['shares', `${formatCount(quantity)} ${security} ${shareClass}`],
    ['in the name of', holderName],
  ])
}

export function describeEndorsement(report: EndorsementReport): string {
  const { endorsement } = report
  if (endorsement === undefined) return describeReport(report)
  const { quantity, transferorName, transferorUserId, transfereeUserId, cause, validUntil } = endorsement
  const facts = formatFacts([
    ['made over', `${formatCount(quantity)} shares`],
    ['from', `${transferorName ?? 'somebody whose name is not verified'} (${transferorUserId})`],
    ['to', transfereeUserId],
    ['cause', cause],
    ['to be accepted until', `${minute(validUntil)} UTC`],
  ])
  return `${facts}\n\n${describeReport(report)}`
}

/** A verdict is a result, not a failure, so it is printed as one; scripts go by the exit code. */
export function exitByVerdict(verdict: VerificationReport['verdict']): void {
  if (verdict === 'invalid') process.exitCode = EXIT.invalid
  if (verdict === 'undecided') process.exitCode = EXIT.unanswered
}
