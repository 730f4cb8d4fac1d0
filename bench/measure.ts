import { enrolInvestor, connect, openAccount, signOrder, signTransfer, type Investor } from './investor.ts'
import { take, underLoad, whenIdle, type Idle, type Lane, type Loaded } from './load.ts'
import { CURRENCY, SECURITY, type BenchMarket } from './market.ts'
import { sumUp, type Share } from './profile.ts'

/** How much is measured. */
export interface Size {
  readonly investors: number
  /** Of each investor, before the clock runs, so that V8 has compiled what is hot. */
  readonly warmUp: number
  /** Of each investor under load. With the warm-up at most 100: a session's burst. */
  readonly loaded: number
  /** Of each investor, one at a time. */
  readonly idle: number
}

export interface Measured {
  readonly load: Loaded
  readonly idle: Idle
  readonly profile?: { readonly areas: readonly Share[]; readonly functions: readonly Share[] }
}

const ALLOTTED_AT_ONCE = 50

export async function joinMarket(market: BenchMarket, count: number): Promise<readonly Investor[]> {
  const names = Array.from({ length: count }, (_, index) => `Investor ${index + 1}`)
  return Promise.all(
    names.map(async (name) => {
      const investor = await enrolInvestor(name, market.trust)
      await openAccount(investor, market.trust)
      return investor
    }),
  )
}

export async function measureOrders(
  market: BenchMarket,
  investors: readonly Investor[],
  size: Size,
  profiled: boolean,
): Promise<Measured> {
  await market.desk('settlement', (desk) =>
    Promise.all(
      investors.map(({ userId }) =>
        desk.ask('settlement.deposit', {
          userId,
          currency: CURRENCY,
          amountMinor: 1_000_000n,
          reference: `deposit-${userId}`,
          operator: 'bench',
        }),
      ),
    ),
  )
  const lanes = await inTurns(investors, async (investor) => {
    const client = connect(investor, 'exchange', market.trust)
    const requests = []
    for (let n = 0; n < perInvestor(size); n++) requests.push(await signOrder(investor, client, market.trust))
    return { client, requests }
  })
  return measure(market, lanes, size, profiled)
}

export async function measureTransfers(
  market: BenchMarket,
  investors: readonly Investor[],
  size: Size,
  profiled: boolean,
): Promise<Measured> {
  const allotments = investors.flatMap(({ name, userId }) =>
    Array.from({ length: perInvestor(size) }, () => ({
      security: SECURITY,
      shareClass: 'common' as const,
      holderName: name,
      userId,
      quantity: 10n,
      conditionsOfIssue: 'Allotted',
    })),
  )
  const allotted = await market.desk('issuer', async (desk) => {
    const entered = []
    for (let at = 0; at < allotments.length; at += ALLOTTED_AT_ONCE) {
      const batch = { allotments: allotments.slice(at, at + ALLOTTED_AT_ONCE), operator: 'bench' }
      entered.push(...(await desk.ask('issuer.allot', batch)).allotments)
    }
    return entered
  })
  const lanes = await inTurns(investors, async (to, index) => {
    const from = investors.at(index - 1) ?? to
    // Fetched over a connection of its own, so that the one that is measured has its whole burst.
    const holder = connect(from, 'issuer', market.trust)
    const client = connect(to, 'issuer', market.trust)
    const requests = []
    for (const { certificateId, quantity, userId } of allotted) {
      if (userId !== from.userId) continue
      const { certificate } = await holder.ask('issuer.certificate', { certificateId })
      requests.push(await signTransfer({ certificateId, certificate, quantity }, from, to, client, market.trust))
    }
    holder.close()
    return { client, requests }
  })
  return measure(market, lanes, size, profiled)
}

async function measure(market: BenchMarket, lanes: readonly Lane[], size: Size, profiled: boolean): Promise<Measured> {
  try {
    await underLoad(market, take(lanes, size.warmUp))
    const endProfile = profiled ? await market.profile() : undefined
    const load = await underLoad(market, take(lanes, size.loaded))
    const profile = endProfile === undefined ? {} : { profile: sumUp(await endProfile()) }
    const idle = await whenIdle(market, take(lanes, size.idle))
    return { load, idle, ...profile }
  } finally {
    for (const { client } of lanes) client.close()
  }
}

const perInvestor = ({ warmUp, loaded, idle }: Size): number => warmUp + loaded + idle

/** One after the other: this process would otherwise keep everybody's greeting waiting. */
async function inTurns<Made>(
  investors: readonly Investor[],
  make: (investor: Investor, index: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  for (const [index, investor] of investors.entries()) made.push(await make(investor, index))
  return made
}
