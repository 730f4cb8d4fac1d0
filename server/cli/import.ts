import { CommandFailed } from '../../shared/terminal/exit.ts'
import type { ReplyBody, RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { operatorName, type Desk } from './operator.ts'

/** Holders that one request allots to; all of a request or none. */
const ALLOTMENTS_A_REQUEST = 50

type Allotment = RequestBody<'issuer.allot'>['allotments'][number]
type Allotted = ReplyBody<'issuer.allot'>['allotments'][number]

/**
 * [IS5] Allots to all holders of a register, in requests of some each. What was imported before under the same source ID is left out
 * and said, so that an import that was interrupted can be given again; a failure says how far it came.
 */
export async function allotAll(
  desk: Pick<Desk, 'ask'>,
  holders: readonly Allotment[],
  note: (text: string) => void,
): Promise<Allotted[]> {
  const made: Allotted[] = []
  for (let i = 0; i < holders.length; i += ALLOTMENTS_A_REQUEST) {
    const part = holders.slice(i, i + ALLOTMENTS_A_REQUEST)
    try {
      made.push(...(await allotPart(desk, part, note)))
    } catch (error) {
      const far = `the first ${i} of ${holders.length} holders are done: take them out before the next attempt`
      throw error instanceof CommandFailed && i > 0 ? reworded(error, `${error.message}; ${far}`) : error
    }
    note(`${Math.min(i + part.length, holders.length)} of ${holders.length} holders done`)
  }
  return made
}

async function allotPart(
  desk: Pick<Desk, 'ask'>,
  holders: readonly Allotment[],
  note: (text: string) => void,
): Promise<readonly Allotted[]> {
  if (holders.length === 0) return []
  try {
    return (await desk.ask('issuer.allot', { allotments: [...holders], operator: operatorName() })).allotments
  } catch (error) {
    const index = error instanceof CommandFailed ? Number(error.details?.['index'] ?? -1) : -1
    const holder = holders[index]
    if (!(error instanceof CommandFailed) || holder === undefined) throw error
    if (error.code !== 'duplicate_source')
      throw reworded(error, `${holder.holderName} (${holder.userId}): ${error.message}`)
    note(`${holder.sourceId} was imported before and is left out`)
    return allotPart(desk, holders.toSpliced(index, 1), note)
  }
}

function reworded({ exit, code, details }: CommandFailed, message: string): CommandFailed {
  return new CommandFailed(exit, code, message, undefined, details)
}
