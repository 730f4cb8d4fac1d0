import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatCount, formatMoney } from '../shared/terminal/amount.ts'
import { COMPANIES, CURRENCY, DEPOSIT_MINOR, TERMS } from './cast.ts'
import { granted, refused, StoryBroken } from './expect.ts'
import type { DemoMarket } from './market.ts'
import { largest, live, makeKeys, settleIn, userIdOf, type People, type Person } from './people.ts'
import type { Story } from './story.ts'
import { sellCopy, useFileAgain } from './thief.ts'
import { collected, formOf, order, settled } from './trading.ts'
import { readRegisterFiles } from '../server/roles/issuer/import.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const OPERATOR = 'demonstration'

/** At what price, and how many shares, each company offers. */
const PRICES: Readonly<Record<string, bigint>> = { HOSHI: 1_200n, TANPO: 800n }
const OFFERED: Readonly<Record<string, bigint>> = { HOSHI: 1_500n, TANPO: 500n }

const yen = (amountMinor: bigint): string => formatMoney(amountMinor, CURRENCY)

/** What an act needs: who is there, where files are handed over, and what may be broken on the way. */
export interface Stage {
  readonly market: DemoMarket
  readonly people: People
  readonly story: Story
  readonly folder: string
  /** Called in the middle of trading, while a match is under way. */
  readonly midway: () => Promise<void>
}

/** The first market day: from empty wallets to a settled day with every kind of movement in it. */
export async function firstDay(stage: Stage): Promise<void> {
  await opening(stage)
  await subscriptions(stage)
  await takeOverRegister(stage)
  await trading(stage)
  await refusals(stage)
  await handOver(stage)
  await reissues(stage)
  await closing(stage)
}

/** Every further day on a market that was kept. */
export async function laterDay(stage: Stage): Promise<void> {
  const { people, story } = stage
  story.act('Another day')
  for (const person of Object.values(people)) await granted(`${person.name} synchronises`, person.wallet.sync())
  story.say('Everybody opens their wallet again: it asks the issuers what is still live, then shows it.')
  const { botan, chika, daichi } = people
  const [before, held] = [shares(chika, 'HOSHI'), shares(botan, 'HOSHI')]
  const sale = await order(botan, 'sell', 'HOSHI', { quantity: 20n, limitMinor: 1_260n })
  const purchase = await order(chika, 'buy', 'HOSHI', { quantity: 20n, limitMinor: 1_260n })
  await stage.midway()
  await Promise.all([settled(botan, sale), settled(chika, purchase)])
  await collected(chika, 'HOSHI', before + 20n)
  await collected(botan, 'HOSHI', held - 20n)
  story.say('Botan sells 20 HOSHI to Chika at 1,260 JPY.')
  const [tanpo, received] = [shares(chika, 'TANPO'), shares(daichi, 'TANPO')]
  await giveByFile(stage, chika, daichi, 'TANPO', 10n)
  await collected(daichi, 'TANPO', received + 10n)
  await collected(chika, 'TANPO', tanpo - 10n)
  story.say('Chika gives Daichi 10 TANPO by file.')
  await closing(stage)
}

async function opening({ market, people, story }: Stage): Promise<void> {
  story.act('Morning: identities and money')
  await makeKeys(people)
  story.say('Everybody makes a private key, in a file that is encrypted with a passphrase.')
  for (const person of Object.values(people)) {
    const userId = await settleIn(person, market.link)
    await market.atDesk('settlement', (desk) =>
      desk.ask('settlement.deposit', {
        userId,
        currency: CURRENCY,
        amountMinor: DEPOSIT_MINOR,
        reference: `opening-${person.key}`,
        operator: OPERATOR,
      }),
    )
    story.say(`${person.name} is certified as ${userId}, opens an account and pays in ${yen(DEPOSIT_MINOR)}.`)
  }
}

async function subscriptions({ market, people, story }: Stage): Promise<void> {
  story.act('Two companies offer shares')
  const { aoi, botan, chika, daichi } = people
  const offered = await market.atDesk('issuer', async (desk) => {
    const made = []
    for (const { security } of COMPANIES)
      made.push(
        await desk.ask('issuer.offer', {
          security,
          shareClass: 'common',
          terms: TERMS[security] ?? '',
          priceMinor: PRICES[security] ?? 0n,
          quantity: OFFERED[security] ?? 0n,
          opensAt: Date.now() - 1_000,
          closesAt: Date.now() + 30 * DAY_MS,
          operator: OPERATOR,
        }),
      )
    return made
  })
  for (const each of offered)
    story.say(
      `${each.companyName} offers ${formatCount(each.quantity)} shares at ${yen(each.priceMinor)} (${each.offeringNumber}).`,
    )
  const numberOf = (security: string): string => {
    const found = offered.find((each) => each.security === security)
    if (found === undefined) throw new StoryBroken(`no offering of ${security}`)
    return found.offeringNumber
  }
  const take = async (person: Person, security: string, quantity: bigint): Promise<void> => {
    const [got] = await granted(
      `${person.name} subscribes`,
      person.wallet.subscribe({ offeringNumber: numberOf(security), quantity }),
    )
    story.say(
      `${person.name} subscribes ${formatCount(quantity)} ${security}, pays, and gets certificate no. ${got?.certificateNumber ?? '?'}.`,
    )
  }
  await take(aoi, 'HOSHI', 300n)
  await take(botan, 'HOSHI', 200n)
  await take(chika, 'TANPO', 400n)
  const why = await refused(
    'Daichi subscribes for more money than he has',
    'insufficient_funds',
    daichi.wallet.subscribe({ offeringNumber: numberOf('HOSHI'), quantity: 900n }),
  )
  story.say(`Daichi wants 900 HOSHI without the money: refused (${why.code}).`)
}

async function takeOverRegister({ market, people, story, folder }: Stage): Promise<void> {
  story.act('An existing register is taken over')
  const { daichi, emi } = people
  const csv = [
    'security,share_class,holder_name,user_id,quantity,conditions_of_issue,source_id',
    `HOSHI,common,${emi.name},${userIdOf(emi)},150,paper certificate of 1987,paper-17`,
    `TANPO,common,${daichi.name},${userIdOf(daichi)},100,founder's shares,paper-3`,
    '',
  ].join('\n')
  writeFileSync(join(folder, 'old-register.csv'), csv)
  const read = readRegisterFiles([{ name: 'old-register.csv', content: csv }])
  if (!read.ok) throw new StoryBroken(`the old register cannot be read: ${read.error.message}`)
  const { allotments } = await market.atDesk('issuer', (desk) =>
    desk.ask('issuer.allot', { allotments: read.value, operator: OPERATOR }),
  )
  for (const [i, person] of [emi, daichi].entries()) {
    const number = allotments[i]?.allotmentNumber ?? ''
    const [got] = await granted(`${person.name} collects`, person.wallet.collect(number))
    story.say(
      `${person.name} collects ${formatCount(got?.quantity ?? 0n)} ${got?.security ?? '?'} from the old paper register (${number}).`,
    )
  }
}

async function trading({ people, story, midway }: Stage): Promise<void> {
  story.act('Trading')
  const { aoi, botan, chika, daichi, emi } = people
  const sale = await order(aoi, 'sell', 'HOSHI', { quantity: 100n, limitMinor: 1_250n })
  story.say(`Aoi offers 100 of her 300 HOSHI at ${yen(1_250n)} and attaches the certificate (${sale}).`)
  const first = await order(daichi, 'buy', 'HOSHI', { quantity: 60n, limitMinor: 1_250n })
  await midway()
  await settled(daichi, first)
  await collected(daichi, 'HOSHI', 60n)
  story.say(
    'Daichi buys 60 of them: the certificate is divided, 40 stay on offer, shares and money change hands together.',
  )
  const second = await order(botan, 'buy', 'HOSHI', { quantity: 40n })
  await Promise.all([settled(botan, second), settled(aoi, sale)])
  await collected(botan, 'HOSHI', 240n)
  await collected(aoi, 'HOSHI', 200n)
  story.say('Botan buys the other 40 at the market price; Aoi collects the remainder of her certificate.')

  const own = await order(emi, 'sell', 'HOSHI', { quantity: 50n, limitMinor: 1_300n })
  const self = await settled(emi, await order(emi, 'buy', 'HOSHI', { quantity: 10n, limitMinor: 1_300n }))
  story.say(`Emi offers 50 at ${yen(1_300n)} and bids for her own shares: prevented (${self.reason ?? self.state}).`)
  const ioc = await settled(
    chika,
    await order(chika, 'buy', 'HOSHI', {
      quantity: 30n,
      limitMinor: 1_200n,
      timeInForce: { kind: 'immediate_or_cancel' },
    }),
  )
  story.say(`Chika bids ${yen(1_200n)}, immediate or cancel: nothing there, ${ioc.state}.`)
  const fok = await settled(
    chika,
    await order(chika, 'buy', 'HOSHI', { quantity: 80n, limitMinor: 1_300n, timeInForce: { kind: 'fill_or_kill' } }),
  )
  story.say(`Chika wants 80 or none: only 50 there, ${fok.state}.`)
  await settled(
    chika,
    await order(chika, 'buy', 'HOSHI', { quantity: 50n, limitMinor: 1_300n, timeInForce: { kind: 'fill_or_kill' } }),
  )
  await settled(emi, own)
  await collected(chika, 'HOSHI', 50n)
  await collected(emi, 'HOSHI', 100n)
  story.say('Chika wants 50 or none: filled, all 50 from Emi.')
  await changeOfMind(botan, story)
  await priceThenTime({ aoi, botan, daichi }, story)
}

async function changeOfMind(botan: Person, story: Story): Promise<void> {
  const until = Date.now() + 7 * DAY_MS
  const number = await order(botan, 'sell', 'HOSHI', {
    quantity: 100n,
    limitMinor: 1_400n,
    timeInForce: { kind: 'good_till_date', until },
  })
  await granted(
    'Botan replaces the order',
    botan.wallet.replaceOrder({ receptionNumber: number, price: { kind: 'limit', limitMinor: 1_350n }, quantity: 80n }),
  )
  const { cancelled } = await granted('Botan cancels', botan.wallet.cancelOrder(number))
  await collected(botan, 'HOSHI', 240n)
  story.say(
    `Botan offers 100 for a week at ${yen(1_400n)}, changes it to 80 at ${yen(1_350n)}, then cancels the ${formatCount(cancelled)}.`,
  )
}

async function priceThenTime(
  { aoi, botan, daichi }: Pick<People, 'aoi' | 'botan' | 'daichi'>,
  story: Story,
): Promise<void> {
  const dearer = await order(aoi, 'sell', 'HOSHI', { quantity: 20n, limitMinor: 1_320n })
  const cheaper = await order(botan, 'sell', 'HOSHI', { quantity: 20n, limitMinor: 1_310n })
  const purchase = await settled(daichi, await order(daichi, 'buy', 'HOSHI', { quantity: 30n, limitMinor: 1_320n }))
  await Promise.all([settled(aoi, dearer), settled(botan, cheaper)])
  await collected(daichi, 'HOSHI', 90n)
  await collected(botan, 'HOSHI', 220n)
  await collected(aoi, 'HOSHI', 190n)
  const parts = purchase.matches
    .toSorted((a, b) => (a.matchNumber < b.matchNumber ? -1 : 1))
    .map(({ quantity, priceMinor }) => `${formatCount(quantity)} at ${yen(priceMinor)}`)
    .join(' and ')
  story.say(`Daichi buys 30: the better price first, ${parts}. Aoi's last 10 stay on offer for the day.`)
}

async function refusals({ market, people, story }: Stage): Promise<void> {
  story.act('What does not work')
  const { chika, daichi, emi } = people
  const poor = await refused(
    'Daichi bids more than he has',
    'insufficient_funds',
    daichi.wallet.placeOrder({
      side: 'buy',
      security: 'HOSHI',
      shareClass: 'common',
      ...formOf({ quantity: 640n, limitMinor: 1_600n }),
    }),
  )
  story.say(`Daichi bids for 640 HOSHI at ${yen(1_600n)} without the money: refused (${poor.code}).`)
  const short = await refused(
    'Chika sells what she does not have',
    'not_enough_shares',
    chika.wallet.placeOrder({
      side: 'sell',
      security: 'HOSHI',
      shareClass: 'common',
      ...formOf({ quantity: 999n, limitMinor: 1_250n }),
    }),
  )
  story.say(`Chika wants to sell 999 HOSHI: she holds 50 (${short.code}).`)
  const stolen = largest(emi, 'HOSHI')
  const file = await granted('Emi exports a certificate', emi.wallet.exportCertificate(stolen.certificateId))
  const theft = await refused(
    'Daichi sells a copy of it',
    'not_holder',
    sellCopy(daichi, market.link, { ...stolen, certificate: file.certificate }),
  )
  story.say(`Daichi offers a copy of Emi's certificate with a forged client: refused (${theft.code}).`)
}

async function handOver(stage: Stage): Promise<void> {
  const { market, people, story } = stage
  const { aoi, botan, chika } = people
  story.act('From hand to hand, by file')
  const used = await giveByFile(stage, chika, aoi, 'TANPO', 100n)
  await collected(aoi, 'TANPO', 100n)
  await collected(chika, 'TANPO', 300n)
  story.say(
    `Chika endorses 100 of her 400 TANPO to Aoi; Aoi checks the file, accepts, and is in the register. Chika keeps 300.`,
  )
  const again = await refused('the same file once more', 'certificate_superseded', useFileAgain(aoi, market.link, used))
  story.say(
    `The same file a second time, with a client that does not look first: refused (${again.code}), retired ${again.details?.['retiredAt'] ?? '?'} by ${again.details?.['retiredBy'] ?? '?'}.`,
  )
  const held = largest(chika, 'TANPO')
  const withdrawn = await granted(
    'Chika endorses to Botan',
    chika.wallet.endorse({
      certificateId: held.certificateId,
      transferee: must(botan.wallet.identityFile()),
      cause: 'sale',
      validUntil: Date.now() + DAY_MS,
    }),
  )
  await granted('Chika withdraws', chika.wallet.withdrawEndorsement(held.certificateId))
  const late = await refused(
    'Botan accepts too late',
    'certificate_not_live',
    botan.wallet.acceptEndorsement(withdrawn),
  )
  story.say(
    `Chika endorses the rest to Botan, thinks better of it and withdraws; Botan's acceptance comes too late (${late.code}).`,
  )
}

async function giveByFile({ folder }: Stage, from: Person, to: Person, security: string, quantity: bigint) {
  const file = await granted(
    `${from.name} endorses`,
    from.wallet.endorse({
      certificateId: largest(from, security).certificateId,
      quantity,
      transferee: must(to.wallet.identityFile()),
      cause: 'gift',
      validUntil: Date.now() + DAY_MS,
    }),
  )
  writeFileSync(join(folder, `${from.key}-to-${to.key}.kabuken.json`), JSON.stringify(file))
  const report = await granted(`${to.name} checks the file`, to.wallet.inspectEndorsement(file))
  if (report.verdict !== 'valid') throw new StoryBroken(`the file of ${from.name} is ${report.verdict}`)
  await granted(`${to.name} accepts`, to.wallet.acceptEndorsement(file))
  return file
}

async function reissues({ people, story }: Stage): Promise<void> {
  story.act('Lost, split, joined')
  const { botan, emi } = people
  const lost = largest(botan, 'HOSHI')
  const [renewed] = await granted('Botan reports a loss', botan.wallet.reissueLost([lost.certificateId]))
  story.say(
    `Botan loses the file of ${formatCount(lost.quantity)} HOSHI: the old ID is retired, the new one is ${renewed?.certificateId ?? '?'}.`,
  )
  await granted(
    'Botan joins certificates',
    botan.wallet.consolidate(live(botan, 'HOSHI').map(({ certificateId }) => certificateId)),
  )
  story.say(`Botan joins all of them into one of ${formatCount(largest(botan, 'HOSHI').quantity)}.`)
  await granted('Emi splits', emi.wallet.split(largest(emi, 'HOSHI').certificateId, [60n, 40n]))
  story.say('Emi splits her 100 HOSHI into 60 and 40.')
}

async function closing({ market, people, story }: Stage): Promise<void> {
  story.act('Evening')
  const { expired } = await market.atDesk('exchange', (desk) => desk.ask('exchange.close-day', { operator: OPERATOR }))
  story.say(
    `The exchange closes; ${expired} day order${expired === 1 ? '' : 's'} expired, what was on hold is free again.`,
  )
  for (const person of Object.values(people)) await granted(`${person.name} synchronises`, person.wallet.sync())
}

function shares(person: Person, security: string): bigint {
  return live(person, security).reduce((total, { quantity }) => total + quantity, 0n)
}

function must<Value>(
  result:
    | { readonly ok: true; readonly value: Value }
    | { readonly ok: false; readonly error: { readonly code: string } },
): Value {
  if (result.ok) return result.value
  throw new StoryBroken(result.error.code)
}
